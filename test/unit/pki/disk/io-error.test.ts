import { errnoOf, hasErrno, ioError } from '../../../../src/errors/io-error.ts';

const refusal = Object.assign(new Error("ENOSPC: no space left on device, write '/etc/ca.key'"), {
  code: 'ENOSPC',
});

test('names the operation, the path and the code, with a hint', () => {
  const error = ioError('write', '/etc/ca.key', refusal);
  expect(error.code).toBe('io');
  expect(error.message).toBe('cannot write "/etc/ca.key": no space left on device (ENOSPC)');
  expect(error.details).toEqual({ operation: 'write', path: '/etc/ca.key', errno: 'ENOSPC' });
  expect(error.hint).toBe('free some space or inodes (df, df -i) and run again');
  expect(error.cause).toBe(refusal);
});

test('a path stands there whole, however long: the directory that refuses is in the middle of it', () => {
  const path = `/srv/${'clusters/'.repeat(20)}etc/kubernetes/pki/.kubepki-stage-0123456789abcdef-12`;
  expect(ioError('write', path, refusal).message).toContain(`"${path}"`);
});

test('a code without a known meaning stands for itself, and no code at all is EIO', () => {
  const error = ioError('read', '/x', Object.assign(new Error('?'), { code: 'EXFULL' }));
  expect(error.message).toBe('cannot read "/x": EXFULL');
  expect(error.hint).toBeUndefined();
  expect(ioError('read', '/x', 'odd').details.errno).toBe('EIO');
});

test('finds the code of a system error and of our own, and of nothing else', () => {
  expect(errnoOf(refusal)).toBe('ENOSPC');
  expect(errnoOf(ioError('write', '/x', refusal))).toBe('ENOSPC');
  expect(errnoOf(Object.assign(new Error(''), { code: 'ERR_INVALID_ARG_TYPE' }))).toBeUndefined();
  expect([errnoOf(null), errnoOf('ENOSPC'), errnoOf(new Error('ENOSPC'))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([hasErrno(refusal, 'EACCES', 'ENOSPC'), hasErrno(refusal, 'EACCES')]).toEqual([true, false]);
});
