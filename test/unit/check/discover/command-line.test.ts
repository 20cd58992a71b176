import { findCall, readFlags, splitWords } from '../../../../src/check/discover/command-line.ts';

test.each([
  ['etcd --cert-file=a --key-file b', 'etcd', { 'cert-file': ['a'], 'key-file': ['b'] }],
  ['/usr/local/bin/kube-apiserver -tls-cert-file=a', 'kube-apiserver', { 'tls-cert-file': ['a'] }],
  ['sh -c "exec etcd --cert-file=a"', 'etcd', { 'cert-file': ['a'] }],
  ['hyperkube kube-scheduler --kubeconfig x --v 2', 'kube-scheduler', { kubeconfig: ['x'], v: ['2'] }],
  [
    'kubelet --rotate-certificates --config=/c',
    'kubelet',
    { 'rotate-certificates': ['true'], config: ['/c'] },
  ],
])('%s calls %s', (line, name, flags) => {
  expect(findCall(splitWords(line))).toEqual({ name, flags: new Map(Object.entries(flags)) });
});

test('a flag that is given twice has both values, and a program that is none is not found', () => {
  expect(readFlags(['--a=1', '--a=2'])).toEqual(new Map([['a', ['1', '2']]]));
  expect(findCall(['nginx', '-g', 'daemon off;'])).toBeUndefined();
});

test('words are split as shells and systemd split them', () => {
  expect(splitWords(`a 'b c' "d \\"e" f\\ g \\\n  h ''`)).toEqual(['a', 'b c', 'd "e', 'f g', 'h', '']);
});

test('operators of a shell end a command, and what is redirected is none of its words', () => {
  const calls = {
    'etcd --key-file=/x/k.key; echo': [['key-file', ['/x/k.key']]],
    'mkdir -p /d && exec etcd --data-dir /d 2>&1 | tee /log': [['data-dir', ['/d']]],
    'etcd --cert-file /a.crt>/var/log/etcd&': [['cert-file', ['/a.crt']]],
    '(etcd --cert-file="/a;b.crt") # --key-file=/no': [['cert-file', ['/a;b.crt']]],
    'set -e\netcd --cert-file=/a.crt \\\n  --key-file=/a.key\necho --data-dir=/no': [
      ['cert-file', ['/a.crt']],
      ['key-file', ['/a.key']],
    ],
  };
  for (const [line, flags] of Object.entries(calls))
    expect([...(findCall(['sh', '-c', line])?.flags ?? [])]).toEqual(flags);
});
