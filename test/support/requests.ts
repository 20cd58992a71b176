/** Requests for certificates: one of each profile, and arbitrary ones. */
import fc from 'fast-check';
import type { CertificateRequest, ProfileName } from '../../src/ca/index.ts';

/** A request of each profile. */
const PROFILE_REQUESTS: readonly (CertificateRequest & { readonly profile: ProfileName })[] = [
  { profile: 'ca', commonName: 'sub', maxPathLength: 0 },
  {
    profile: 'server',
    commonName: 'web',
    subjectAltNames: ['web.internal', '*.web.internal', '10.0.0.7', 'fd00::7'],
  },
  {
    profile: 'client',
    commonName: 'jane@example.com',
    organizations: ['system:masters', 'dev', 'a_b', 'Größe'],
  },
  { profile: 'peer', commonName: 'etcd-0', subjectAltNames: ['etcd-0', '::1', 'münchen.de'] },
  { profile: 'kubelet-client', commonName: 'node01' },
  {
    profile: 'kubelet-server',
    commonName: 'node01',
    subjectAltNames: ['10.0.0.7', 'spiffe://cluster.local/ns/a', 'a@b.c'],
  },
  { profile: 'webhook', commonName: 'hook.ops' },
];

const text = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 :.*&@_=,#+"\\<>;'()/?-]{1,20}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const isText = (value: string): boolean => value.trim() !== '' && !/\p{Cc}|\p{Surrogate}/u.test(value);
const name = text.filter(isText);
const subjectAltName = fc.oneof(
  fc.domain(),
  fc.domain().map((domain) => `*.${domain}`),
  fc.ipV4(),
  fc.ipV6().filter((address) => !address.includes('.')),
  fc.constantFrom(
    'spiffe://cluster.local/ns/a/sa/b',
    'https://[::1]:6443/x%20y?z#f',
    'jane@example.com',
    '::ffff:10.0.0.1',
  ),
);

/** Any request that must be granted: subjects and names of every kind, validities up to 80 years. */
const anyRequest: fc.Arbitrary<CertificateRequest> = fc.record({
  profile: fc.constantFrom<ProfileName>('server', 'peer', 'client'),
  commonName: name,
  organizations: fc.uniqueArray(name, { maxLength: 4 }),
  organizationalUnits: fc.uniqueArray(name, { maxLength: 2 }),
  localities: fc.uniqueArray(name, { maxLength: 1 }),
  provinces: fc.uniqueArray(name, { maxLength: 1 }),
  countries: fc.uniqueArray(fc.stringMatching(/^[A-Z]{2}$/), { maxLength: 1 }),
  subjectAltNames: fc.array(subjectAltName, { maxLength: 5 }).map((names) => ['always.example', ...names]),
  validity: fc.integer({ min: 1, max: 29_000 }).map((days) => `${days}d`),
});

export { anyRequest, PROFILE_REQUESTS };
