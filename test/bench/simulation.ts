// Whole sessions in virtual time: how many times faster than real time, how exact the dose is, what memory they take.
import { loadPlan } from '../../src/plan/load.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import type { BeltProfile } from '../../src/belt/belt.ts';
import type { DoseBookPort } from '../../src/ledger/dose-book.ts';
import { createRig, TAG, type Rig } from '../session/support/rig.ts';
import { ownHeapMb } from './heap.ts';
import type { Figure } from './table.ts';
import { median } from './table.ts';

const DOSE_SEEDS = 40;
const SPEED_ROUNDS = 7;
const SPEED_WARM_UP_SESSIONS = 40;
const SPEED_SESSIONS = 6;
const GROWTH_HOURS = 24;
const GROWTH_WARM_UP_HOURS = 2;
/** Slices of virtual time; the clock steps to every deadline inside them. */
const SLICE_MS = 1000;

type Resolver = ReturnType<typeof resolverOf>;

/** A plan is read once, and then treated by as often as is wished: reading it is no part of a simulation. */
const resolverOf = (planText: string) => {
  const loaded = loadPlan(planText, 'low-back-spasm.yaml');
  if (!loaded.ok) throw new Error('the built-in plan does not load');
  return (profile: BeltProfile) => resolveProgram(loaded.plan, profile);
};

/** A dose book that says yes at the clock's next turn: the speed of the wire, the belt and the machine is the question. */
function createReadyBook(
  send: (event: Parameters<Rig['send']>[0]) => void,
  later: (run: () => void) => void,
): DoseBookPort {
  const answer = (event: Parameters<Rig['send']>[0]) => (): void => later(() => send(event));
  return {
    load: answer({ type: 'book.loaded', unfinished: [] }),
    allow: answer({ type: 'book.allowed', course: null }),
    begin: answer({ type: 'book.begun' }),
    reserve: (_tag, step, ceiling) => answer({ type: 'book.reserved', step, ceiling })(),
    reconcile: (sessionTag) => answer({ type: 'book.reconciled', sessionTag })(),
    close: answer({ type: 'book.closed' }),
  };
}

function createTreatment(resolve: Resolver, seed: number, isSealed: boolean, isBookReady = false): Rig {
  const rig: Rig = createRig({
    ...(isBookReady
      ? {
          wrapBook: () =>
            createReadyBook(
              (event) => rig.send(event),
              (run) => void rig.clock.setTimeout(run, 0),
            ),
        }
      : {}),
    seed,
    isSealed,
    isRecording: false,
    input: { planName: 'low-back-spasm', sessionTag: TAG, address: 'sim', resolve },
  });
  return rig;
}

/** Runs to the end of the session; gives the virtual time that it took. */
function treat(rig: Rig, seed: number): number {
  const startedAtMs = rig.clock.nowMs();
  rig.send({ type: 'operator.start' });
  for (let slice = 0; slice < 600 && rig.outcomes.length === 0; slice++) rig.run(SLICE_MS);
  const outcome = rig.outcomes[0]?.outcome;
  rig.belt.powerOff();
  if (outcome !== 'completed') throw new Error(`seed ${seed} ended ${outcome ?? 'never'}`);
  return rig.clock.nowMs() - startedAtMs;
}

function runSession(resolve: Resolver, seed: number): Rig {
  const rig = createTreatment(resolve, seed, false);
  treat(rig, seed);
  return rig;
}

/** How many times faster than real time, round by round. A belt is paired once in its life: that is not counted. */
export function measureSpeed(planText: string, isSealed: boolean): readonly number[] {
  const resolve = resolverOf(planText);
  // Until the compiler is through with it, the first sessions of a process take several times as long.
  for (let seed = 1; seed <= SPEED_WARM_UP_SESSIONS; seed++)
    treat(createTreatment(resolve, seed, isSealed, true), seed);
  const multiples: number[] = [];
  for (let round = 0; round < SPEED_ROUNDS; round++) {
    let simulatedMs = 0;
    let tookMs = 0;
    for (let session = 0; session < SPEED_SESSIONS; session++) {
      const seed = 1000 + round * SPEED_SESSIONS + session;
      const paired = isSealed ? createTreatment(resolve, seed, true, true) : undefined;
      const startedAt = process.hrtime.bigint();
      simulatedMs += treat(paired ?? createTreatment(resolve, seed, false, true), seed);
      tookMs += Number(process.hrtime.bigint() - startedAt) / 1e6;
    }
    multiples.push(simulatedMs / tookMs);
  }
  return multiples;
}

export function measureSimulation(planText: string): readonly Figure[] {
  const multiples = measureSpeed(planText, false);
  return [
    {
      name: 'simulation, every byte encoded and decoded, firmware at 10 ms',
      value: median(multiples),
      unit: '× real',
      floor: { atLeast: 5000 },
      note: `best ${Math.round(Math.max(...multiples))}`,
    },
  ];
}

export function measureDose(planText: string): readonly Figure[] {
  const resolve = resolverOf(planText);
  let worstOff = 0;
  let most = 0;
  for (let seed = 1; seed <= DOSE_SEEDS; seed++) {
    const rig = runSession(resolve, seed);
    const delivered = rig.delivered();
    for (const zone of rig.outcomes[0]?.zones ?? []) {
      const ratio = (delivered.get(`${zone.zone}/808`) ?? Number.NaN) / zone.prescribedJPerCm2;
      worstOff = Math.max(worstOff, Number.isNaN(ratio) ? Infinity : Math.abs(ratio - 1));
      most = Math.max(most, ratio);
    }
  }
  return [
    {
      name: 'true dose against prescribed, worst deviation',
      value: worstOff * 100,
      unit: '%',
      floor: { atMost: 0.5 },
      note: `${DOSE_SEEDS} belts × 4 zones`,
    },
    { name: 'true dose against prescribed, most', value: most * 100, unit: '%', floor: { atMost: 100.5 } },
  ];
}

/** What is kept before and after a day of sessions in one process. */
export async function measureGrowth(planText: string): Promise<readonly Figure[]> {
  const resolve = resolverOf(planText);
  let simulatedMs = 0;
  const runHours = (hours: number): void => {
    for (const endMs = simulatedMs + hours * 3_600_000; simulatedMs < endMs;)
      simulatedMs += runSession(resolve, 7).clock.nowMs();
  };
  runHours(GROWTH_WARM_UP_HOURS);
  const before = await ownHeapMb();
  runHours(GROWTH_HOURS);
  return [
    {
      name: `growth of what is kept over ${GROWTH_HOURS} simulated hours`,
      value: Math.max(0, (await ownHeapMb()) - before),
      unit: 'MB',
      floor: { atMost: 0.1 },
      note: `of ${before.toFixed(1)} MB, without compiled code`,
    },
  ];
}
