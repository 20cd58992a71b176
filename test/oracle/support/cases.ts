/** The cases of test/judges, as they are asked of real kubeadms in every run. */
import { casesFor } from '../../judges/kubeadm-cases.ts';
import type { FactsConfig } from '../../judges/kubeadm-config.ts';

/**
 * The cases of a version. But for the first, those that are about something else than keys have elliptic ones: kubeadm
 * takes seconds for RSA keys.
 */
export function quickCases(
  version: string,
): readonly { readonly name: string; readonly config: FactsConfig }[] {
  return casesFor(version).map(({ name, config }) => {
    const isAboutKeys = name === 'single' || config.keyAlgorithm !== 'RSA-2048';
    return { name, config: isAboutKeys ? config : { ...config, keyAlgorithm: 'ECDSA-P256' } };
  });
}
