/** The cases of test/judges, as they are asked of real kubeadms in every run. */
import { casesFor } from '../../judges/kubeadm-cases.ts';
import type { FactsConfig } from '../../judges/kubeadm-config.ts';

/** The cases that keep the RSA keys they have by default. */
const WITH_RSA: ReadonlySet<string> = new Set(['single', 'rsa-3072', 'extra-sans']);

/** The cases of a version; those that are about something else than keys have elliptic ones, which take no time. */
export function quickCases(
  version: string,
): readonly { readonly name: string; readonly config: FactsConfig }[] {
  return casesFor(version).map(({ name, config }) => {
    const isAboutKeys = WITH_RSA.has(name) || config.keyAlgorithm !== 'RSA-2048';
    return { name, config: isAboutKeys ? config : { ...config, keyAlgorithm: 'ECDSA-P256' } };
  });
}
