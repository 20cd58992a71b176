/** The keys of test/fixtures/keys, and the frozen clock of the tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePrivateKey } from '../../src/ca/index.ts';
import type { KeyAlgorithm, PrivateKey } from '../../src/ca/index.ts';
import { repositoryRoot } from './foreign.ts';

/** The instant at which every test issues. */
const NOW = new Date('2026-01-02T03:04:05Z');

const FILES = Object.freeze({
  'RSA-2048': 'rsa-2048',
  'RSA-3072': 'rsa-3072',
  'RSA-4096': 'rsa-4096',
  'ECDSA-P256': 'ecdsa-p256',
  'ECDSA-P384': 'ecdsa-p384',
  'ECDSA-P521': 'ecdsa-p521',
  Ed25519: 'ed25519',
  'another RSA-2048': 'rsa-2048-other',
}) satisfies Readonly<Record<KeyAlgorithm | 'another RSA-2048', string>>;

type FixtureKey = keyof typeof FILES;

const ALGORITHMS: readonly KeyAlgorithm[] = [
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
  'ECDSA-P256',
  'ECDSA-P384',
  'ECDSA-P521',
  'Ed25519',
];

/** The text of a fixture key: PKCS#8 in PEM, written by OpenSSL. */
const fixturePem = (name: FixtureKey): string =>
  readFileSync(join(repositoryRoot, 'test/fixtures/keys', `${FILES[name]}.pem`), 'utf8');

/** A fixture key, read by the library. */
const fixtureKey = (name: FixtureKey): Promise<PrivateKey> => parsePrivateKey(fixturePem(name));

export { ALGORITHMS, fixtureKey, fixturePem, NOW };
