/** Certificates and keys as a kubeconfig holds them, made with the fixed keys of the tests. */
import { createAuthority, issue, type Authority } from '../../src/ca/index.ts';
import { fixtureKey, NOW } from './fixture-keys.ts';

/** PEM of a client and of its CA. */
export interface ClientPair {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A CA with a key of its own. */
export async function testAuthority(commonName = 'kubernetes'): Promise<Authority> {
  return createAuthority({ commonName, key: await fixtureKey('ECDSA-P256') }, { now: NOW });
}

/** A client `jane` of a CA. */
export async function clientPair(
  {
    key: name = 'ECDSA-P384',
    validity = '8h',
    commonName = 'jane',
  }: {
    readonly key?: Parameters<typeof fixtureKey>[0];
    readonly validity?: string;
    readonly commonName?: string;
  } = {},
  authority?: Authority,
): Promise<ClientPair> {
  const ca = authority ?? (await testAuthority());
  const key = await fixtureKey(name);
  const issued = await issue(ca, { profile: 'client', commonName, validity, key }, { now: NOW });
  return { ca: ca.toPem(), certificate: issued.toPem(), key: issued.keyToPem() };
}
