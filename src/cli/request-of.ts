import type { CertificateRequest } from '../ca/request.ts';
import { KEY_ALGORITHMS } from '../crypto/algorithms.ts';
import type { Values } from './values.ts';

/** What the options of one certificate ask for, but its profile and names. */
export function requestOf(
  values: Values,
): Omit<CertificateRequest, 'profile' | 'key'> & { readonly commonName: string } {
  const organizations = values.texts('organization');
  const validity = values.text('validity');
  const keyAlgorithm = KEY_ALGORITHMS.find(({ name }) => name === values.text('key-algorithm'))?.name;
  return {
    commonName: values.required('common-name'),
    outlive: values.flag('no-clamp') ? 'refuse' : 'clamp',
    ...(organizations.length === 0 ? {} : { organizations }),
    ...(validity === undefined ? {} : { validity }),
    ...(keyAlgorithm === undefined ? {} : { keyAlgorithm }),
  };
}
