// The real command, run through its program tree in this process: a calendar that the test sets, a home of its own, and a
// belt whose true light is known. A run may die at an entry of its dose book: from there on nothing reaches the disk.
import type { FileHandle } from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { World } from '../../src/cli/world.ts';
import { nodeFileSystem, type StoreFileSystem } from '../../src/store/file-system.ts';
import { createFakeIo, type FakeIo } from './support.ts';

/** From switching a machine on to the first session on it. */
const BOOT_MS = 60_000;

type Line = Readonly<Record<string, unknown>>;

/** The entry whose write never comes about, by what stands in it, counted from 1. */
export interface Death {
  readonly entry: string;
  readonly count: number;
}

export interface CourseRun {
  /** undefined: it died. */
  readonly exitCode: number | undefined;
  readonly lines: readonly Line[];
  /** The last line. */
  readonly outcome: Line;
  /** As far as it began. */
  readonly visit: string | undefined;
  /** What was really given until it ended or died, by `L1 808`. */
  readonly truth: ReadonlyMap<string, number>;
  readonly out: string;
  readonly err: string;
}

/** A run that somebody sits in front of. */
export interface Seat {
  readonly ended: Promise<CourseRun>;
  /** Of the terminal, so far. */
  shown(): string;
  /** Keys, as the terminal hands them over. */
  type(keys: string): void;
}

export interface CourseRig {
  readonly home: string;
  /** True time. */
  nowMs: number;
  /** How far the calendar of the machine is ahead of it. */
  calendarAheadMs: number;
  /** The machine is switched on again. */
  restart(): void;
  path(name: string): string;
  write(name: string, text: string): string;
  read(name: string): string;
  run(args: readonly string[], death?: Death): Promise<CourseRun>;
  /** The same with a person at a terminal. */
  sit(args: readonly string[]): Seat;
  /** Interrupts whoever still sits there, and waits for the end. */
  leave(): Promise<void>;
  remove(): void;
}

const truthOf = (belt: SimulatedBelt | undefined): ReadonlyMap<string, number> =>
  new Map(
    (belt?.truth().zones ?? []).map((zone) => [
      `${zone.zone} ${zone.wavelengthNm}`,
      zone.radiantExposureJPerCm2,
    ]),
  );

/** The disk of a process that dies with the chosen write: that one and all after it fail, so that its world runs down. */
function mortalDisk(death: Death | undefined, onDeath: () => void): StoreFileSystem {
  let leftCount = death?.count ?? Infinity;
  let isDead = false;
  const failed = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('the process is gone'), { code: 'EIO' }));
  const alive =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      isDead ? failed() : call(...args);
  const wrap = (handle: FileHandle): FileHandle => {
    const write = handle.write.bind(handle);
    return Object.assign(handle, {
      datasync: alive(handle.datasync.bind(handle)),
      sync: alive(handle.sync.bind(handle)),
      truncate: alive(handle.truncate.bind(handle)),
      writeFile: alive(handle.writeFile.bind(handle)),
      write(bytes: Uint8Array, offset: number, length: number) {
        if (!isDead && death !== undefined && Buffer.from(bytes).includes(death.entry)) leftCount--;
        if (!isDead && leftCount <= 0) {
          isDead = true;
          onDeath();
        }
        return isDead ? failed() : write(bytes, offset, length);
      },
    });
  };
  return {
    ...nodeFileSystem,
    open: async (path, flags, mode) =>
      isDead ? failed() : wrap(await nodeFileSystem.open(path, flags, mode)),
    rename: alive(nodeFileSystem.rename),
    link: alive(nodeFileSystem.link),
    unlink: alive(nodeFileSystem.unlink),
  };
}

export function createCourseRig(startedAt: string): CourseRig {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-course-'));
  const home = join(folder, 'home');
  const startedAtMs = Date.parse(startedAt);
  const seats = new Set<Promise<void>>();
  let processId = 10_000;
  let bootCount = 1;
  let bootedAtMs = startedAtMs - BOOT_MS;
  const path = (name: string): string => join(folder, name);
  async function begin(io: FakeIo, args: readonly string[], death: Death | undefined): Promise<CourseRun> {
    let belt: SimulatedBelt | undefined;
    let truthAtDeath: ReadonlyMap<string, number> | undefined;
    const pid = ++processId;
    const world: World = {
      wallClock: {
        nowMs: () => rig.nowMs + rig.calendarAheadMs,
        uptimeMs: () => rig.nowMs - bootedAtMs,
        bootId: () => `boot${bootCount}`,
      },
      system: mortalDisk(death, () => (truthAtDeath = truthOf(belt))),
      processFacts: {
        pid,
        bootId: `boot${bootCount}`,
        pidNamespace: '',
        startTimeOf: (other) => (other === pid ? `${pid}` : undefined),
      },
      createBelt: (options) => (belt = createSimulatedBelt(options)),
    };
    let exitCode: number | undefined;
    const program = createProgram({ io, finish: (code) => void (exitCode = code), world });
    await program.parseAsync([...args], { from: 'user' });
    const lines = io
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
    const planned = lines.find((line) => line['event'] === 'session.planned');
    return {
      exitCode: truthAtDeath === undefined ? exitCode : undefined,
      lines,
      outcome: lines.at(-1) ?? {},
      visit: planned === undefined ? undefined : String(planned['session']),
      truth: truthAtDeath ?? truthOf(belt),
      out: io.stdout(),
      err: io.stderr(),
    };
  }
  const rig: CourseRig = {
    home,
    nowMs: startedAtMs,
    calendarAheadMs: 0,
    restart() {
      bootCount++;
      bootedAtMs = rig.nowMs - BOOT_MS;
    },
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    async run(args, death) {
      return begin(createFakeIo({ env: { LASERBELT_HOME: home } }), args, death);
    },
    sit(args) {
      const io = createFakeIo({
        env: { LASERBELT_HOME: home, NO_COLOR: '1' },
        isInputTerminal: true,
        isErrorTerminal: true,
      });
      // What a terminal has and a pipe has not.
      Object.assign(process.stdin, { setRawMode: () => process.stdin });
      const ended = begin(io, args, undefined);
      const seat = ended.then(
        () => void seats.delete(seat),
        () => void seats.delete(seat),
      );
      seats.add(seat);
      return {
        ended,
        shown: () => io.stderr(),
        type: (keys) => void process.stdin.emit('data', keys),
      };
    },
    async leave() {
      // The first stops; the second no longer waits.
      for (let count = 0; count < 2 && seats.size > 0; count++) process.stdin.emit('data', '\u0003');
      await Promise.all(seats);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return rig;
}
