// From the order to the dark, over real processes: sessions are stopped through their control socket, killed and frozen
// at random moments, and the truth file of the served belt tells when the light went out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createPlace, hostNowMs, type Place, type Run } from '../cli/real-processes.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { startRig } from '../session/support/rig.ts';
import { parseRequest } from '../../src/cli/control-protocol.ts';
import { median, type Figure } from './table.ts';

const RUNS = 200;
/** Sessions at a time; each is two processes. */
const LANES = 4;
/** The belt's constant and one firmware step. */
const LEASE_AND_STEP_MS = 1000 + 10;
const MOMENT_MAX_MS = 1500;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A small generator of our own, so that a seed repeats the moments. */
function createMoments(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * MOMENT_MAX_MS;
  };
}

async function sendStop(place: Place): Promise<number> {
  const folder = join(place.home, 'run');
  const name = readdirSync(folder).find((entry) => entry.endsWith('.sock'));
  if (name === undefined) throw new Error('the session has no control socket');
  const socket = connect(join(folder, name));
  await once(socket, 'connect');
  const atMs = hostNowMs();
  socket.write('{"command":"stop"}\n');
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  return atMs;
}

type Order = 'stop' | 'kill' | 'freeze';

async function giveOrder(order: Order, place: Place, session: Run): Promise<number> {
  if (order === 'stop') return sendStop(place);
  const atMs = hostNowMs();
  session.child.kill(order === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  return atMs;
}

/** One belt, one session, one order at its moment; the time from the order to the dark. */
async function measureOnce(command: string, order: Order, momentMs: number): Promise<number> {
  const place = createPlace(command);
  try {
    await place.serve();
    const session = await place.startUntilLit();
    await sleep(momentMs);
    const atMs = await giveOrder(order, place, session);
    return (await place.darkSinceHostMs()) - atMs;
  } finally {
    await place.clear();
  }
}

/** A session that a starved machine did not let begin says nothing about the dark; it is tried again, and counted. */
const START_RETRY_MAX_COUNT = 10;
let retryCount = 0;

async function measureStarted(command: string, order: Order, momentMs: number): Promise<number> {
  try {
    return await measureOnce(command, order, momentMs);
  } catch (error) {
    const isStarved = error instanceof Error && error.message.startsWith('ended before light');
    if (!isStarved || ++retryCount > START_RETRY_MAX_COUNT) throw error;
    return measureStarted(command, order, momentMs);
  }
}

async function measureMany(
  command: string,
  orders: readonly Order[],
  seed: number,
): Promise<readonly number[]> {
  const moment = createMoments(seed);
  const waiting = orders.map((order) => ({ order, momentMs: moment() }));
  const took: number[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      took.push(await measureStarted(command, next.order, next.momentMs));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return took;
}

/** How often the machine took the processor away from our thread; 0 where it does not say. */
function preemptedCount(): number {
  try {
    const status = readFileSync(`/proc/self/task/${process.pid}/status`, 'utf8');
    return Number(/nonvoluntary_ctxt_switches:\s+(\d+)/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** One stop, from the request's text to the belt's characteristic. */
function stopOnce(
  seed: number,
  isSealed: boolean,
): { readonly tookMs: number; readonly isDisturbed: boolean } {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed });
  let tookMs: number | undefined;
  let startedAtMs: number | undefined;
  const watched: SimulatedBelt = {
    ...belt,
    connect(central) {
      const link = belt.connect(central);
      return {
        ...link,
        write(characteristic, bytes, mode, done) {
          if (characteristic === 'stop' && startedAtMs !== undefined)
            tookMs ??= performance.now() - startedAtMs;
          link.write(characteristic, bytes, mode, done);
        },
      };
    },
  };
  const rig = startRig({ clock, belt: watched, isRecording: false, isSealed });
  // The belt, its physics and the belts before it are not the controller's garbage.
  globalThis.gc?.();
  const preemptedBefore = preemptedCount();
  startedAtMs = performance.now();
  if (parseRequest('{"command":"stop"}') !== 'stop') throw new Error('the request was not understood');
  rig.send({ type: 'operator.stop', cause: 'stopCommand' });
  const isDisturbed = preemptedCount() !== preemptedBefore;
  if (tookMs === undefined || belt.truth().emission)
    throw new Error('STOP had not reached the belt when send returned');
  belt.powerOff();
  return { tookMs, isDisturbed };
}

/** A stop in which another process was given our processor says nothing about ours; it is done again. */
const DISTURBED_MAX_COUNT = 20;

/**
 * From the line on the control socket to the STOP on the belt's characteristic, without the sockets between. The first
 * run is cold, as the only stop of a real session is.
 */
export function measureArrivalOfStop(seed: number, isSealed: boolean): number {
  for (let attempt = 0; ; attempt++) {
    const { tookMs, isDisturbed } = stopOnce(seed, isSealed);
    if (!isDisturbed || attempt === DISTURBED_MAX_COUNT) return tookMs;
  }
}
const measureOurShare = (): readonly number[] =>
  Array.from({ length: RUNS }, (_, run) => measureArrivalOfStop(run + 1, false));

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1000;

/** Resident size of a controller that has treated for a while, and of a Node that does nothing. */
async function measureMemory(command: string): Promise<readonly Figure[]> {
  const place = createPlace(command);
  const empty = join(place.home, '..', 'empty.mjs');
  writeFileSync(empty, 'setInterval(() => undefined, 1000);\n');
  const idle = spawn(process.execPath, [empty], { stdio: 'ignore' });
  try {
    await place.serve();
    const session = await place.startUntilLit();
    await sleep(20_000);
    const emptyMb = residentMb(idle.pid ?? 0);
    return [
      {
        name: 'resident size of a controller in a session',
        value: residentMb(session.child.pid ?? 0),
        unit: 'MB',
        floor: { atMost: 1.3 * emptyMb + 30 },
        note: `empty Node ${emptyMb.toFixed(0)} MB; floor 1.3 × that + 30 MB`,
      },
    ];
  } finally {
    idle.kill('SIGKILL');
    await place.clear();
  }
}

export interface RealDarkness {
  readonly stops: readonly number[];
  readonly kills: readonly number[];
  readonly freezes: readonly number[];
}

/** From the order to the dark, so often each, over real processes. */
export async function measureRealDarkness(
  command: string,
  seed: number,
  runs: number,
): Promise<RealDarkness> {
  const many = (order: Order, offset: number): Promise<readonly number[]> =>
    measureMany(
      command,
      Array.from({ length: runs }, () => order),
      seed + offset,
    );
  return { stops: await many('stop', 0), kills: await many('kill', 1), freezes: await many('freeze', 2) };
}

export async function measureDarkness(command: string, seed: number): Promise<readonly Figure[]> {
  const ours = measureOurShare();
  const memory = await measureMemory(command);
  const stops = await measureMany(
    command,
    Array.from({ length: RUNS }, () => 'stop' as const),
    seed,
  );
  const losses = await measureMany(
    command,
    Array.from({ length: RUNS }, (_, run) => (run % 2 === 0 ? ('kill' as const) : ('freeze' as const))),
    seed + 1,
  );
  const note = (values: readonly number[]): string =>
    `worst of ${values.length}, median ${median(values).toFixed(1)}, seed ${seed}`;
  return [
    ...memory,
    {
      name: 'stop to dark: bytes on the control socket to truth',
      value: Math.max(...stops),
      unit: 'ms',
      floor: { atMost: 50 },
      note: note(stops),
    },
    {
      name: 'stop to dark, our share',
      value: Math.max(...ours),
      unit: 'ms',
      floor: { atMost: 2 },
      note: `worst of ${RUNS}`,
    },
    {
      name: 'controller killed or frozen to dark',
      value: Math.max(...losses),
      unit: 'ms',
      floor: { atMost: LEASE_AND_STEP_MS },
      note: note(losses),
    },
  ];
}
