import { equalBytes } from '../../asn1/bytes.ts';
import { formatName } from '../../x509/name.ts';
import type { KubeconfigFrame, KubeconfigTarget } from '../layout/target.ts';
import type { Authorities, KubeconfigObservation } from '../observe/observation.ts';
import { difference, type Reason } from './step.ts';

/** Compares a kubeconfig on disk with what it should say beside its credentials. */
export function kubeconfigDrift(
  frame: KubeconfigFrame,
  observed: KubeconfigObservation,
  { authorities }: { readonly authorities: Authorities },
  files?: Pick<KubeconfigTarget, 'clientCertificate' | 'clientKey'>,
): Reason[] {
  const compare = (
    code: string,
    what: string,
    values: readonly [string | undefined, string | undefined],
  ): Reason[] => {
    const [expected = 'none', actual = 'none'] = values;
    return expected === actual ? [] : [difference(code, `its ${what} is ${actual}`, { expected, actual })];
  };
  return [
    ...compare('server', 'server', [frame.server, observed.server]),
    ...compare('cluster-name', 'cluster', [frame.cluster, observed.cluster]),
    ...compare('user-name', 'user', [frame.user, observed.user]),
    ...compare('context-name', 'context', [`${frame.user}@${frame.cluster}`, observed.context]),
    ...(frame.namespace === undefined
      ? []
      : compare('namespace', 'namespace', [frame.namespace, observed.namespace])),
    ...compare('insecure', 'insecure-skip-tls-verify', ['false', String(observed.insecure)]),
    ...compare('ca-file', 'CA file', [frame.authorityFile, observed.authorityFile]),
    ...(frame.authorityFile === undefined ? compareAuthority(frame, observed, authorities) : []),
    ...(files === undefined ? [] : compareFiles(frame, observed, files)),
  ];
}

/** The embedded CA must be among the certificates of the CA on disk; further ones are kept, for rotations. */
function compareAuthority(
  frame: KubeconfigFrame,
  observed: KubeconfigObservation,
  authorities: Authorities,
): Reason[] {
  const wanted = authorities.get(frame.authority)?.certificate;
  if (wanted === undefined || observed.authorities.some((known) => equalBytes(known.der, wanted.der)))
    return [];
  const values = {
    expected: `${formatName(wanted.subject)}, serial ${wanted.serialNumber}`,
    actual:
      observed.authorities
        .map((known) => `${formatName(known.subject)}, serial ${known.serialNumber}`)
        .join('; ') || 'none',
  };
  return [difference('ca-data', 'it trusts another CA', values)];
}

function compareFiles(
  frame: KubeconfigFrame,
  observed: KubeconfigObservation,
  files: Pick<KubeconfigTarget, 'clientCertificate' | 'clientKey'>,
): Reason[] {
  const named = [observed.clientCertificateFile, observed.clientKeyFile];
  if (frame.rotated !== undefined && named.every((path) => path === frame.rotated)) return [];
  const [expected, actual] = [[files.clientCertificate, files.clientKey], named].map((paths) =>
    paths.map((path) => path ?? 'embedded').join(', '),
  );
  if (expected === actual) return [];
  const values = { expected: expected ?? '', actual: actual ?? '' };
  return [difference('credential-files', `its certificate and key are ${values.actual}`, values)];
}
