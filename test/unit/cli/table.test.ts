import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, GROUPS } from '../../../src/cli/commands.ts';
import { PROFILES } from '../../../src/ca/profiles.ts';
import { KEY_ALGORITHMS } from '../../../src/crypto/algorithms.ts';
import { renderHelp } from '../../../src/cli/help.ts';
import { featuresOf, NEWEST_KUBERNETES } from '../../../src/pki/spec/kubernetes-version.ts';
import { VERSION } from '../../../src/cli/version.ts';
import { repositoryRoot } from '../../support/foreign.ts';

const named = COMMANDS.map((command) => [command.path.join(' '), command] as const);

describe('the table of commands', () => {
  test('has each path once, and none that another begins with', () => {
    const names = named.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    const longer = names.filter((name) => names.some((other) => name.startsWith(`${other} `)));
    expect(longer).toEqual([]);
  });

  test('describes every word that several commands begin with', () => {
    const prefixes = COMMANDS.flatMap(({ path }) =>
      path.slice(0, -1).map((_, index) => path.slice(0, index + 1).join(' ')),
    );
    expect(GROUPS.map(({ path }) => path.join(' ')).sort()).toEqual(['', ...new Set(prefixes)].sort());
  });

  test.each(named)(
    '%s has options with a name, a letter and a description of their own',
    (_name, { options }) => {
      const names = [...options.map(({ name }) => name), 'help'];
      const letters = ['h', ...options.flatMap(({ short }) => short ?? [])];
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(letters).size).toBe(letters.length);
      expect(options.filter(({ description }) => description === '' || /\.$/.test(description))).toEqual([]);
      expect(
        options.filter(({ type, choices, value }) => type === 'boolean' && (choices ?? value) !== undefined),
      ).toEqual([]);
    },
  );

  test.each(named)('%s has help that opens with an example of itself', (name, command) => {
    const [title, what, line] = renderHelp(command).split('\n');
    expect(title).toBe('Examples:');
    expect(what).toMatch(/^ {2}# \S/);
    expect(line).toContain(`kubepki ${name}`);
    const written = command.examples.flatMap((example) => example.line.match(/--[a-z-]+/g) ?? []);
    const known = command.options.map((option) => `--${option.name}`);
    expect(written.filter((option) => !known.includes(option))).toEqual([]);
  });

  test.each(named)('%s has code that can be loaded', async (_name, { load }) => {
    expect(typeof (await load())).toBe('function');
  });

  const choicesOf = (path: string, name: string): readonly string[] | undefined =>
    COMMANDS.find((command) => command.path.join(' ') === path)?.options.find(
      (option) => option.name === name,
    )?.choices;

  test('offers every key algorithm, and for trees those of kubeadm', () => {
    const names = KEY_ALGORITHMS.map(({ name }) => name);
    expect(choicesOf('ca create', 'key-algorithm')).toEqual(names);
    const { keyAlgorithms } = featuresOf(NEWEST_KUBERNETES);
    expect(choicesOf('apply', 'key-algorithm')).toEqual(keyAlgorithms);
  });

  test('issues by every profile but that of CAs', () => {
    const profiles = COMMANDS.filter(({ path }) => path[0] === 'issue').map(({ path }) => path[1]);
    expect(profiles).toEqual(PROFILES.map(({ name }) => name).filter((name) => name !== 'ca'));
  });

  test('names the flags of the cluster as kubeadm does', () => {
    const names = COMMANDS.find(({ path }) => path[0] === 'plan')?.options.map(({ name }) => name);
    const kubeadms = [
      ...[
        'node-name',
        'apiserver-advertise-address',
        'apiserver-bind-port',
        'control-plane-endpoint',
        'service-cidr',
      ],
      ...[
        'service-dns-domain',
        'apiserver-cert-extra-sans',
        'kubernetes-version',
        'cluster-name',
        'key-algorithm',
      ],
    ];
    expect(names).toEqual(expect.arrayContaining(kubeadms));
  });
});

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  expect(VERSION).toBe(manifest.version);
});
