/** Services of systemd: what their units, drop-ins and variables say. */
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { readServices } from '../../../../src/check/discover/systemd.ts';

const ETC = '/etc/systemd/system';

/** Flags that name files, with the files, of each service. */
function services(files: Readonly<Record<string, string>>): string[] {
  return readServices(memoryFiles(Object.entries(files))).flatMap(({ name, uses }) =>
    uses.map(({ flag, path }) => `${name} ${flag} ${path}`),
  );
}

/** The same for one unit of etcd. */
const etcd = (lines: string, more: Readonly<Record<string, string>> = {}): string[] =>
  services({ [`${ETC}/etcd.service`]: `[Service]\n${lines}\n`, ...more });

test('a comment between continued lines is skipped, and ends nothing', () => {
  expect(
    etcd(
      'ExecStart=/bin/etcd \\\n  --cert-file=/a.crt \\\n# where the key is\n ; and more\n  --key-file=/a.key',
    ),
  ).toEqual(['etcd --cert-file /a.crt', 'etcd --key-file /a.key']);
});

test('of drop-ins of one name that of the administrator counts, and they are read by name', () => {
  const start = (path: string): string => `[Service]\nExecStart=\nExecStart=/bin/etcd --cert-file=${path}\n`;
  const drop = (folder: string, name: string): string =>
    `${folder}/systemd/system/etcd.service.d/${name}.conf`;
  const files = {
    [drop('/usr/lib', '20-a')]: start('/vendor.crt'),
    [drop('/run', '20-a')]: start('/run.crt'),
    [drop('/etc', '10-b')]: start('/early.crt'),
  };
  const unit = 'ExecStart=/bin/etcd --cert-file=/unit.crt';
  expect(etcd(unit, files)).toEqual(['etcd --cert-file /run.crt']);
  expect(etcd(unit, { ...files, [drop('/etc', '20-a')]: start('/etc.crt') })).toEqual([
    'etcd --cert-file /etc.crt',
  ]);
  expect(etcd(unit, { ...files, [drop('/etc', '20-a')]: '' })).toEqual(['etcd --cert-file /early.crt']);
});

test('variables of files win over those of the unit, wherever they stand; files may be a pattern', () => {
  const files = {
    '/etc/env.d/a.env': 'DIR=/from-a\nKEY=/from-a\n',
    '/etc/env.d/b.env': 'KEY=/from-b\n',
    '/etc/env.d/c.txt': 'DIR=/from-c\n',
  };
  const start = 'ExecStart=/bin/etcd --cert-file=${DIR}/x.crt --key-file=${KEY}/x.key';
  const expected = ['etcd --cert-file /from-a/x.crt', 'etcd --key-file /from-b/x.key'];
  expect(etcd(`EnvironmentFile=-/etc/env.d/*.env\nEnvironment=DIR=/unit\n${start}`, files)).toEqual(expected);
  expect(etcd(`Environment=DIR=/unit\nEnvironmentFile=/etc/env.d/[ab].en?\n${start}`, files)).toEqual(
    expected,
  );
});

test('an empty value takes back what was said before', () => {
  const more = { '/e': 'DIR=/file\n' };
  const start = 'ExecStart=/bin/etcd --cert-file=${DIR}/x.crt';
  expect(etcd(`Environment=DIR=/unit\nEnvironmentFile=/e\nEnvironmentFile=\n${start}`, more)).toEqual([
    'etcd --cert-file /unit/x.crt',
  ]);
  expect(etcd(`Environment=DIR=/unit\nEnvironment=\n${start}`)).toEqual(['etcd --cert-file /x.crt']);
  expect(etcd(`${start}\nExecStart=\nExecStart=/bin/etcd --key-file=/y.key`)).toEqual([
    'etcd --key-file /y.key',
  ]);
  expect(etcd(`${start}\nExecStart=`)).toEqual([]);
});

test('specifiers, $$ and relative paths are what systemd makes of them', () => {
  const files = { '/etc/hostname': 'cp-1.example.com\n' };
  expect(
    etcd(
      'WorkingDirectory=/srv\nExecStart=/bin/etcd --cert-file=%E/%H.crt --key-file=%S/%p/%l.key ' +
        '--trusted-ca-file=ca%%.crt --peer-cert-file=/a$$b.crt',
      files,
    ),
  ).toEqual([
    'etcd --cert-file /etc/cp-1.example.com.crt',
    'etcd --peer-cert-file /a$b.crt',
    'etcd --key-file /var/lib/etcd/cp-1.key',
    'etcd --trusted-ca-file /srv/ca%.crt',
  ]);
  expect(etcd('ExecStart=:/bin/etcd --cert-file=/a${b}.crt')).toEqual(['etcd --cert-file /a${b}.crt']);
});

test('instances of a template are found by the links that start them, with drop-ins of both', () => {
  const template =
    '[Service]\nEnvironment=K=/%I.key\nExecStart=/bin/etcd --cert-file=/%i.crt --key-file=${K}\n';
  expect(
    services({
      [`${ETC}/etcd@.service`]: template,
      [`${ETC}/multi-user.target.wants/etcd@a-b.service`]: '',
      [`${ETC}/multi-user.target.wants/etcd@c.service`]: '',
      [`${ETC}/etcd@.service.d/x.conf`]: '[Service]\nEnvironment=K=/all.key\n',
      [`${ETC}/etcd@c.service.d/y.conf`]: '[Service]\nEnvironment=K=/%i/own.key\n',
    }),
  ).toEqual([
    'etcd --cert-file /a-b.crt',
    'etcd --key-file /all.key',
    'etcd --cert-file /c.crt',
    'etcd --key-file /c/own.key',
  ]);
});
