/** One command line, run by kubectl and by kubepki in folders of the same content, as one who is not root. */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { requireTool } from '../../../support/foreign.ts';
import { openConsole, type Console } from '../../../unit/cli/support/console.ts';
import { UNKNOWN, type Situation, type Thing } from './situations.ts';
import type { Words } from './words.ts';

/** `nobody`: to root no file is closed. */
const USER = process.geteuid?.() === 0 ? 65_534 : undefined;

/** What one of the two answered, in words that the other would use. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Two homes of the same content. */
export class Sides {
  readonly #base = mkdtempSync(join(tmpdir(), 'kubepki-sides-'));
  readonly #console: Console = openConsole();
  readonly #kubectl = requireTool('kubectl');
  #rounds = 0;

  private constructor() {
    chmodSync(this.#base, 0o755);
  }

  /** Two homes, and all code loaded: what kubepki is to do as nobody, it cannot load as nobody. */
  static async open(): Promise<Sides> {
    const sides = new Sides();
    for (const form of ['go-template={{.kind}}', 'jsonpath={.kind}'])
      await sides.#console.kubepki(['kubeconfig', 'view', '-o', form]);
    return sides;
  }

  remove(): void {
    this.#console.remove();
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** Runs commands one after the other, and calls `look` with what the two answered to each, until it says to stop. */
  async run(
    situation: Situation,
    commands: readonly Words[],
    look: (step: Words, ours: Answer, theirs: Answer) => unknown,
  ): Promise<void> {
    const round = String(++this.#rounds).padStart(6, '0');
    const [theirs, ours] = [`t${round}`, `o${round}`].map((name) => join(this.#base, name)) as [
      string,
      string,
    ];
    try {
      for (const home of [theirs, ours]) prepare(home, situation);
      for (const argv of commands) {
        const words = [
          ...argv,
          ...(situation.explicit === undefined || argv.includes('--')
            ? []
            : [`--kubeconfig=${situation.explicit}`]),
        ];
        const [kubectl, kubepki] = await this.#both(words, situation, { theirs, ours });
        if (look(words, answerOf(kubepki, ours, words), answerOf(kubectl, theirs, words)) === 'stop') return;
      }
    } finally {
      for (const home of [theirs, ours]) rmSync(home, { recursive: true, force: true });
    }
  }

  async #both(
    words: Words,
    situation: Situation,
    { theirs, ours }: { theirs: string; ours: string },
  ): Promise<[Said, Said]> {
    const of = (home: string): { argv: Words; env: Record<string, string> } => ({
      argv: words.map((word) => word.replaceAll('%H', home)),
      env: envOf(situation, home),
    });
    const kubectl = spawnKubectl(this.#kubectl, ['config', ...of(theirs).argv], theirs, of(theirs).env);
    const kubepki = await asUser(() =>
      this.#console.kubepki(['kubeconfig', ...of(ours).argv], { env: of(ours).env, cwd: ours }),
    );
    return [await kubectl, kubepki];
  }
}

async function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (USER === undefined) return await work();
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid?.(USER);
  process.seteuid?.(USER);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}

function envOf({ hasHome, kubeconfig }: Situation, home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    ...(hasHome ? { HOME: home } : {}),
    ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig.replaceAll('%H', home) }),
  };
}

function spawnKubectl(program: string, argv: Words, cwd: string, env: Record<string, string>): Promise<Said> {
  return new Promise((settle, reject) => {
    const user = USER === undefined ? {} : { uid: USER, gid: USER };
    const child = spawn(program, argv, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      ...user,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      settle({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

function prepare(home: string, { things }: Situation): void {
  for (const folder of ['', 'sub', '.kube', 'closed']) mkdirSync(join(home, folder));
  const text = (path: string, content: string): Thing => ({
    kind: 'file',
    path,
    text: content,
    mode: 0o644,
    isRoots: false,
  });
  const always = [
    text('ca.crt', 'a certificate\n'),
    text('sub/key.pem', 'a key\n'),
    text('template', '{{.kind}}\n{{range .users}}{{.name}},{{end}}'),
    text('path', '{.kind}{"\\n"}'),
  ];
  for (const thing of [...always, ...things]) {
    const path = join(home, thing.path);
    if (thing.kind === 'folder') mkdirSync(path, { recursive: true });
    else if (thing.kind === 'link') symlinkSync(thing.target.replaceAll('%H', home), path);
    else writeFileSync(path, thing.text);
    if (thing.kind !== 'link') chmodSync(path, thing.mode);
  }
  const isRoots = (path: string): boolean =>
    things.some((thing) => thing.kind === 'file' && thing.isRoots && thing.path === path);
  if (USER === undefined) return;
  for (const path of ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
    if (!isRoots(path) && !lstatSync(join(home, path)).isSymbolicLink())
      chownSync(join(home, path), USER, USER);
  chmodSync(join(home, 'closed'), 0o555);
}

function answerOf({ code, stdout, stderr }: Said, home: string, argv: Words): Answer {
  const neutral = (text: string): string => withoutUnknown(text.replaceAll(home, '/home/x'));
  // In the order of Go's maps, which is none.
  const ordered = (text: string): string =>
    argv.includes('get-clusters') ? text.split('\n').sort().join('\n') : text;
  // Where kubectl crashes, or is called wrongly and shows its help in place of an error, we say what is wrong.
  const isWrong =
    /^panic: /m.test(stderr) || (/^delete-/.test(argv[0] ?? '') && stdout.startsWith('Delete the specified'));
  return {
    code: isWrong ? 1 : code,
    // What is said of a failure is each program's own.
    stdout: ordered(neutral(isWrong || (code !== 0 && !argv.includes('get-contexts')) ? '' : stdout)),
    stderr,
    files: Object.fromEntries(snapshot(home).map(([path, text]) => [path, neutral(text)])),
  };
}

/**
 * Every file below a folder: owner, mode and content. Backups are kubepki's own; and the kubectl of Google's SDK keeps
 * what servers have answered.
 */
function snapshot(home: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.endsWith('.bak') && !path.startsWith('.kube/cache'))
    .sort()
    .map((path) => {
      const whole = join(home, path);
      const stats = lstatSync(whole);
      const owner = `${stats.uid === 0 ? 'root' : 'user'} ${(stats.mode & 0o777).toString(8)}`;
      if (stats.isSymbolicLink()) return [path, `link ${readlinkSync(whole)}`];
      return [path, `${owner} ${stats.isDirectory() ? 'folder' : readFileSync(whole, 'utf8')}`];
    });
}

/** The one deviation: fields that kubectl does not know are kept. Their key is the last of its map. */
function withoutUnknown(text: string): string {
  return text
    .replace(new RegExp(`:\\n *${UNKNOWN}: 1(?=\\n)`, 'g'), ': {}')
    .replace(new RegExp(`^ *${UNKNOWN}: 1\\n`, 'gm'), '')
    .replace(new RegExp(`\\{\\s*"${UNKNOWN}": ?1\\s*\\}`, 'g'), '{}')
    .replace(new RegExp(`,\\s*"${UNKNOWN}": ?1`, 'g'), '');
}
