import { fields, list, text, type Fields } from './fields.ts';
import { normalize } from './paths.ts';
import { expandReferences, isOpenPath, type PodVariables } from './pod-variables.ts';

/** Where a path in a container leads. */
export type Led =
  | { readonly kind: 'host'; readonly path: string }
  /** On a volume that is none of the machine's: an emptyDir, a ConfigMap, a projected token; or where the cluster alone knows. */
  | { readonly kind: 'volume' }
  /** In the image; `why` says what is missing. */
  | { readonly kind: 'image'; readonly why: string };

interface Mount {
  readonly inside: string;
  readonly below: string;
  readonly volume: string;
}

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Leads paths in a container back through the volumes that the machine lends it; the longest mount wins. */
export function mountsOf(spec: Fields, container: Fields, variables: PodVariables): (path: string) => Led {
  const volumes = new Map(
    list(spec['volumes']).map((item) => [text(fields(item)['name']), fields(item)['hostPath']]),
  );
  const mounts = list(container['volumeMounts'])
    .map((item): Mount => {
      const { mountPath, subPath, subPathExpr, name } = fields(item);
      const below = text(subPath) || expandReferences(text(subPathExpr), variables.values);
      return { inside: normalize(text(mountPath)), below, volume: text(name) };
    })
    .sort((a, b) => b.inside.length - a.inside.length);
  return (path) => {
    const inside = normalize(path);
    const mount = mounts.find((one) => isBelow(inside, one.inside));
    if (mount === undefined) return { kind: 'image', why: 'no volumeMount covers it' };
    if (!volumes.has(mount.volume))
      return { kind: 'image', why: `the pod has no volume ${JSON.stringify(mount.volume)}` };
    const host = text(fields(volumes.get(mount.volume))['path']);
    if (host === '' || isOpenPath(mount.below, variables)) return { kind: 'volume' };
    return { kind: 'host', path: normalize(`${host}/${mount.below}/${inside.slice(mount.inside.length)}`) };
  };
}

/** What images bring themselves: CA certificates of the system, and what the cluster puts in unasked. */
const OF_IMAGES = ['/etc/ssl', '/etc/pki/tls', '/etc/pki/ca-trust', '/etc/ca-certificates', '/usr'];
const PUT_IN = ['/var/run/secrets', '/run/secrets'];

/** Whether a path that no volume covers is meant to be in the image. */
export function isOfImage(path: string): boolean {
  return [...OF_IMAGES, ...PUT_IN].some((folder) => isBelow(normalize(path), folder));
}
