// `start --record` and `replay`, the commands themselves: whole visits on file, what replay says, and what it never does.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProgram, runProgram } from '../../src/cli/program.ts';
import { systemWallClock } from '../../src/cli/wall-clock.ts';
import { CONTRAINDICATIONS } from '../../src/safety/contraindications.ts';
import { nodeFileSystem, type StoreFileSystem } from '../../src/store/file-system.ts';
import { listTypeScript, readSource } from '../support/source-reader.ts';
import { createCourseRig, type CourseRig } from './course-rig.ts';
import { bodiesOf, sealed } from './replay-rig.ts';
import { createFakeIo, type FakeIo } from './support.ts';

const TEST_MS = 60_000;
const PLAN = `laserbelt: 1
name: care-first
site: lumbar
session:
  - care: stretch
    for: 2 min
    say: Knees to the chest.
  - treat: [L1, L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 0.5 J/cm2
  - care: rest
    for: 1 min
  - treat: [L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 0.5 J/cm2
  - care: medicine
`;

let rig: CourseRig;
let plan: string;
let file: string;
beforeEach(() => {
  rig = createCourseRig('2026-03-01T08:00:00.000Z');
  plan = rig.write('care-first.yaml', PLAN);
  file = rig.path('session.jsonl');
});
afterEach(async () => {
  await rig.leave();
  rig.remove();
});

const record = (...more: readonly string[]) =>
  rig.run(['start', plan, '--sim', '--speed', '1000', '--yes', '--record', file, ...more]);

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** As the shipped command runs it: errors told, and the exit code. */
async function run(...args: readonly string[]): Promise<Ran> {
  const io = createFakeIo({ env: { LASERBELT_HOME: rig.path('elsewhere') } });
  const exitCode = await runProgram(args, io);
  const last = io.stdout().trimEnd().split('\n').at(-1) ?? '';
  const result = last.startsWith('{') ? (JSON.parse(last) as Ran['result']) : {};
  return { exitCode, out: io.stdout(), err: io.stderr(), result };
}
const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').split(/(?<=\n)/);

describe('a visit on file', () => {
  it(
    'with care steps and two lights is decided the same again, to the one outcome of the visit',
    { timeout: TEST_MS },
    async () => {
      const ran = await record('--json');
      expect(ran.exitCode).toBe(0);
      const replayed = await run('replay', file, '--json');
      expect(replayed.err).toBe('');
      expect(replayed.exitCode).toBe(0);
      expect(replayed.result).toMatchObject({
        event: 'replay.result',
        isSame: true,
        isComplete: true,
        isTorn: false,
        difference: null,
        sessionCount: 2,
        exitCode: 0,
        ended: { outcome: 'completed', session: ran.visit, zones: ran.outcome['zones'] },
      });
      expect(replayed.result['outcomes']).toMatchObject([{ outcome: 'completed' }, { outcome: 'completed' }]);
      expect((await run('replay', file)).out).toMatch(
        /session\.jsonl: the same decisions, bit for bit · 2 belt sessions, .* s, \d+ inputs, \d+ decisions\n {2}session 1: completed/,
      );
      expect((await run('replay', file, '--quiet')).out).toBe('');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  it(
    'by a person with keys: care skipped, a yes for the first light, a no for the second',
    { timeout: TEST_MS },
    async () => {
      const answers = rig.path('answers.yaml');
      await rig.run(['plan', 'new', answers, '--answers', plan, '--person', 'Anna']);
      let text = rig.read('answers.yaml').replace(/^date:.*$/m, 'date: 2026-03-01');
      for (const { id, safe } of CONTRAINDICATIONS) text = text.replace(`  ${id}:\n`, `  ${id}: ${safe}\n`);
      rig.write('answers.yaml', text);
      const seat = rig.sit([
        'start',
        plan,
        '--sim',
        '--speed',
        '200',
        '--person',
        'Anna',
        '--answers',
        answers,
        '--record',
        file,
      ]);
      const shows = async (words: string, count = 1): Promise<void> => {
        for (let tries = 0; seat.shown().split(words).length <= count; tries++) {
          if (tries > 4000) throw new Error(`${words} not shown: ${seat.shown()}`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      await shows('Care 1 of 3');
      seat.type('s');
      await shows('Arm the simulated belt?');
      seat.type('y\n');
      await shows('Light 2 of 2 needs its own yes.');
      await shows('Arm the simulated belt?', 2);
      seat.type('n\n');
      const ran = await seat.ended;
      expect(ran.exitCode).toBe(6);
      expect(seat.shown()).toContain(`Recorded in ${file}; laserbelt replay`);
      const { result } = await run('replay', file, '--json');
      expect(result).toMatchObject({
        isSame: true,
        isComplete: true,
        sessionCount: 2,
        ended: { exitCode: 6 },
      });
    },
  );

  it('that a hazard cut is decided the same again', { timeout: TEST_MS }, async () => {
    const ran = await record('--fault', 'over-temperature@3s:celsius=44');
    expect(ran.exitCode).toBe(4);
    const { result } = await run('replay', file, '--json');
    expect(result).toMatchObject({
      isSame: true,
      isComplete: true,
      ended: { outcome: 'cutoff', exitCode: 4 },
    });
  });

  it('cut anywhere, within a line as well, is replayed as far as it goes', { timeout: TEST_MS }, async () => {
    await record();
    const text = readFileSync(file, 'utf8');
    const torn = rig.path('torn.jsonl');
    const header = text.indexOf('\n') + 1;
    for (let part = 1; part < 20; part++) {
      writeFileSync(torn, text.slice(0, header + Math.floor(((text.length - header) * part) / 20)));
      const { exitCode, out, err } = await run('replay', torn);
      expect(err).toBe('');
      expect(exitCode).toBe(0);
      expect(out).toContain('The recording is incomplete: it ends before its session did.');
    }
  });

  it('is found where the plan comes to something else', { timeout: TEST_MS }, async () => {
    await record();
    const bodies = bodiesOf(linesOf(file).filter((line) => line !== ''));
    const other = rig.path('other.jsonl');
    writeFileSync(
      other,
      sealed(bodies.map((body) => body.replaceAll('dose: 0.5 J/cm2', 'dose: 0.6 J/cm2'))).join(''),
    );
    const { exitCode, out, err } = await run('replay', other);
    expect(exitCode).toBe(6);
    const line = bodies.findIndex((body) => body.startsWith('{"t":"resolved"')) + 1;
    expect(out).toContain(`other.jsonl:${line}: `);
    expect(out).toContain('in session 1, the controller decides something else now.');
    expect(out).toMatch(/radiantExposureJPerCm2: 0.5 recorded, 0.6 now/);
    expect(err).toMatch(/^laserbelt: \d+ decisions before that are the same\.\n$/);
    const { result } = await run('replay', other, '--json');
    expect(result).toMatchObject({ isSame: false, exitCode: 6, difference: { line } });
  });
});

describe('start --record', () => {
  it('never writes over a file: refused before anything else', { timeout: TEST_MS }, async () => {
    writeFileSync(file, 'mine\n');
    const ran = await run('start', plan, '--sim', '--yes', '--record', file);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain('is there already, and a recording is never written over');
    expect(ran.err).toContain('Give --record another name');
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
  });

  it('says what is wrong with the place, and lights nothing', { timeout: TEST_MS }, async () => {
    const ran = await run('start', plan, '--sim', '--yes', '--record', rig.path('none/s.jsonl'));
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain('no such file or folder');
    expect(await run('start', plan, '--sim', '--dry-run', '--record', file)).toMatchObject({ exitCode: 2 });
    expect(existsSync(file)).toBe(false);
  });

  const disks: readonly (readonly [string, string, (handle: FileHandle) => FileHandle])[] = [
    [
      'full',
      'the disk is full',
      (handle) => {
        let leftCount = 3;
        const write = handle.write.bind(handle);
        return Object.assign(handle, {
          write: (bytes: Uint8Array, at: number, length: number) =>
            leftCount-- > 0
              ? write(bytes, at, length)
              : Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
        });
      },
    ],
    [
      'hanging',
      'the disk does not answer',
      (handle) => Object.assign(handle, { write: () => new Promise(() => undefined) }),
    ],
  ];
  it.each(disks)(
    'a disk that is %s ends the recording in words, and nothing else',
    { timeout: TEST_MS },
    async (_name, words, spoil) => {
      const io: FakeIo = createFakeIo({ env: { LASERBELT_HOME: rig.home } });
      const system: StoreFileSystem = {
        ...nodeFileSystem,
        open: async (path, flags, mode) => {
          const handle = await nodeFileSystem.open(path, flags, mode);
          return path === file ? spoil(handle) : handle;
        },
      };
      let exitCode: number | undefined;
      const world = { wallClock: systemWallClock, system };
      const program = createProgram({ io, finish: (code) => void (exitCode = code), world });
      await program.parseAsync(['start', plan, '--sim', '--speed', '1000', '--yes', '--record', file], {
        from: 'user',
      });
      expect(exitCode).toBe(0);
      expect(io.stderr().split(words).length).toBe(2);
      expect(io.stderr()).toContain('The recording has ended: cannot write the recording');
      expect(io.stderr()).not.toContain('Recorded in');
    },
  );
});

describe('replay', () => {
  it(
    'opens no belt, no dose book and no state folder, and imports nothing that could',
    { timeout: TEST_MS },
    async () => {
      await record();
      const before = readdirSync(rig.path('.')).sort();
      expect((await run('replay', file)).exitCode).toBe(0);
      expect(readdirSync(rig.path('.')).sort()).toEqual(before);
      const sources = new Map(
        ['src', 'protocol', 'firmware-sim']
          .flatMap(listTypeScript)
          .map((path) => [path, readSource(path)] as const),
      );
      const seen = new Set<string>();
      const walk = (path: string): void => {
        if (seen.has(path)) return;
        seen.add(path);
        for (const entry of sources.get(path)?.imports ?? []) if (!entry.typeOnly) walk(entry.target);
      };
      walk('src/cli/replay.ts');
      expect(seen.has('src/session/machine.ts')).toBe(true);
      const doors =
        /^src\/(transport|belt|store|ledger)\/|^firmware-sim\/|^node:(net|child_process)|noble|bleno/;
      expect([...seen].filter((path) => doors.test(path))).toEqual([]);
    },
  );
});
