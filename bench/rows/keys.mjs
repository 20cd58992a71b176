/** RSA keys, on all cores. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { generatePrivateKey } from '../../dist/esm/ca/index.js';
import { primes } from '../machine/primitives.mjs';
import { compare, time } from '../measure.mjs';
import { goProgram } from '../peers/programs.mjs';
import { goNanoseconds } from './trees.mjs';

const KEYS = 16;
const many = (make) => () => time(() => Promise.all(Array.from({ length: KEYS }, make)));
const platform = promisify(generateKeyPair);

export const KEY_ROWS = [
  {
    name: `${KEYS} RSA-2048 keys at once`,
    unit: 'ms',
    measure: () =>
      compare(9, {
        ours: many(() => generatePrivateKey('RSA-2048')),
        peers: {
          "the platform's generateKeyPair": many(() => platform('rsa', { modulusLength: 2048 })),
          'Go crypto/rsa': goProgram() && (() => (goNanoseconds('rsa2048-all-cores', KEYS) * KEYS) / 1e6),
        },
        limit: { 'their primes': () => time(() => primes(KEYS)) },
      }),
  },
];
