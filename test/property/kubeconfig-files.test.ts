import fc from 'fast-check';
import { encodeBase64 } from '../../src/asn1/base64.ts';
import { embedFiles } from '../../src/kubeconfig/embed.ts';
import { extractData } from '../../src/kubeconfig/extract.ts';
import type { Kubeconfig } from '../../src/kubeconfig/model.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { clientPair } from '../support/client-pair.ts';
import { kubeconfig as anyKubeconfig } from '../support/kubeconfigs.ts';

/** A kubeconfig that holds certificates and keys, and names no file. */
function holding(config: Kubeconfig, contents: readonly (string | undefined)[]): Kubeconfig {
  let at = 0;
  const next = (): string | undefined => contents[at++ % contents.length];
  return {
    ...config,
    clusters: config.clusters.map(({ name, cluster: { certificateAuthority: _path, ...cluster } }) => ({
      name,
      cluster: { ...cluster, certificateAuthorityData: next() },
    })),
    users: config.users.map(
      ({ name, user: { clientCertificate: _certificate, clientKey: _key, tokenFile: _file, ...user } }) => ({
        name,
        user: {
          ...user,
          clientCertificateData: next(),
          clientKeyData: next(),
          token: user.token?.trim(),
        },
      }),
    ),
  };
}

test('what is extracted and embedded again is the same kubeconfig, byte for byte', async () => {
  const { ca, certificate, key } = await clientPair();
  // A file of each kind that is good for all fields, and differs.
  const contents = ['a', 'b', 'c'].map((note) =>
    encodeBase64(new TextEncoder().encode(`${note}\n${ca}${certificate}\r\n${key}`)),
  );
  const content = fc.array(fc.constantFrom(undefined, ...contents), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(anyKubeconfig, content, fc.boolean(), (base, chosen, tokens) => {
      const config = holding(base, chosen);
      const { config: extracted, files } = extractData(config, { tokens });
      const written = new Map(files.map(({ name, data }) => [name, data]));
      const folded = files.map(({ name }) => name.normalize('NFKD').toLowerCase());
      expect(new Set(folded).size).toBe(files.length);
      expect(files.every(({ name }) => !/[/\\:\0]|^[.-]/.test(name))).toBe(true);
      expect(renderKubeconfig(extracted)).not.toContain('-data');
      const read = (path: string): Uint8Array => {
        const data = written.get(path);
        if (data === undefined) throw new Error(`nothing was written to ${path}`);
        return data;
      };
      const { config: embedded, changes } = embedFiles(extracted, read, { tokenFiles: tokens });
      expect(renderKubeconfig(embedded)).toBe(renderKubeconfig(config));
      expect(changes.length).toBeGreaterThanOrEqual(files.length);
    }),
  );
});
