// Real processes of the real command, and the truth file that judges them. Real time: every wait has a bound.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const POLL_MS = 25;
/** A busy machine with two cores takes its time. */
const WAIT_MAX_MS = 40_000;

export const hostNowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Bundles the command as it ships, into a folder of its own. */
export async function bundleCommand(): Promise<{ readonly command: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-bundle-'));
  await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: join(folder, 'bin'),
    external: ['@abandonware/noble', '@stoprocent/bleno', '@stoprocent/bluetooth-hci-socket'],
    banner: {
      js: "import { createRequire as outerRequire } from 'node:module'; const require = outerRequire(import.meta.url);",
    },
  });
  cpSync(join(root, 'src/plan/programs'), join(folder, 'programs'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    command: join(folder, 'bin/main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface TruthLine {
  readonly atMs: number;
  readonly hostMs: number;
  readonly emission: boolean;
  readonly zones: readonly { readonly radiantExposureJPerCm2: number }[];
}

export async function waitFor(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = hostNowMs() + WAIT_MAX_MS;
  while (!(await isTrue())) {
    if (hostNowMs() > untilMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** The exit code, or the signal that killed it. */
  readonly ended: Promise<number | string>;
  readonly isRunning: () => boolean;
}

export interface Finished {
  readonly exitCode: number | string;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly socket: string;
  readonly home: string;
  run(...args: readonly string[]): Run;
  /** Runs to the end. */
  finish(...args: readonly string[]): Promise<Finished>;
  /** The same as a person with other folders: no key, no session, no dose book of the first. */
  finishAs(home: string, ...args: readonly string[]): Promise<Finished>;
  /** Everything that any process has printed so far. */
  printed(): string;
  /** A served simulated belt that can be connected to. */
  serve(...args: readonly string[]): Promise<Run>;
  /** A session on the served belt whose light is on, by the truth file. */
  startUntilLit(...args: readonly string[]): Promise<Run>;
  truth(): readonly TruthLine[];
  /** When light was last seen going off; waits until it is off. */
  darkSinceHostMs(): Promise<number>;
  /** Kills what still runs and removes the folder. */
  clear(): Promise<void>;
}

export function createPlace(command: string): Place {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-run-'));
  const home = join(folder, 'home');
  const socket = join(folder, 'belt.sock');
  const truthFile = join(folder, 'truth.jsonl');
  const runs: Run[] = [];

  const runAs = (as: string, args: readonly string[]): Run => {
    const child = spawn(process.execPath, [command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LASERBELT_HOME: as, NO_COLOR: '1' },
    });
    let out = '';
    let err = '';
    let isRunning = true;
    child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
    const ended = new Promise<number | string>((resolve) =>
      child.on('close', (code, signal) => {
        isRunning = false;
        resolve(code ?? signal ?? 'unknown');
      }),
    );
    const made: Run = { child, out: () => out, err: () => err, ended, isRunning: () => isRunning };
    runs.push(made);
    return made;
  };
  const run = (...args: readonly string[]): Run => runAs(home, args);
  const finishRun = async (made: Run): Promise<Finished> => {
    const exitCode = await made.ended;
    return { exitCode, out: made.out(), err: made.err() };
  };
  const truth = (): readonly TruthLine[] =>
    readFileSync(truthFile, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as TruthLine);

  return {
    socket,
    home,
    run,
    finish: (...args) => finishRun(run(...args)),
    finishAs: (as, ...args) => finishRun(runAs(as, args)),
    printed: () => runs.map((made) => made.out() + made.err()).join(''),
    async serve(...args) {
      const served = run('sim', 'serve', '--socket', socket, '--truth', truthFile, ...args);
      await waitFor('the served belt', () => existsSync(socket) || !served.isRunning());
      return served;
    },
    async startUntilLit(...args) {
      const belt = args.includes('--belt') ? [] : ['--belt', `socket:${socket}`];
      const session = run('start', ...belt, '--yes', '--json', ...args);
      await waitFor(`light; ${session.err()}`, () => {
        if (!session.isRunning()) throw new Error(`ended before light: ${session.out()}${session.err()}`);
        return truth().at(-1)?.emission === true;
      });
      return session;
    },
    truth,
    async darkSinceHostMs() {
      await waitFor('darkness', () => truth().at(-1)?.emission === false);
      const lines = truth();
      const lastLit = lines.findLastIndex((line) => line.emission);
      return lines[lastLit + 1]?.hostMs ?? NaN;
    },
    async clear() {
      for (const { child, isRunning } of runs) {
        if (!isRunning()) continue;
        child.kill('SIGCONT');
        child.kill('SIGKILL');
      }
      await Promise.all(runs.map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The last line of a `--json` session. */
export function outcomeOf(out: string): Readonly<Record<string, unknown>> {
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Readonly<Record<string, unknown>>;
}
