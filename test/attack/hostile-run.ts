// One session with a belt that lies. What can be judged is the controller: what it asked for, and what it claimed.
import { createRandom } from '../../firmware-sim/random.ts';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltEvent, BeltPort, BeltReport, Prescription } from '../../src/belt/belt.ts';
import type { BeltCredentials } from '../../src/belt/credentials.ts';
import { createVirtualClock } from '../../src/clock.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createJudge } from '../fuzz/judge.ts';
import { createTally, wordsOf, type Tally } from '../fuzz/tally.ts';
import { planOf, treat } from '../plan/belts.ts';
import { createTestRandom } from '../session/support/paired-belt.ts';
import { createHostileBelt, type Lie } from './hostile-belt.ts';
import { runSession, type Stage } from './stage.ts';

const IRRADIANCE_MW_PER_CM2 = 50;
const EXPOSURE_J_PER_CM2 = 0.2;
const ZONES = 4;
const ALL = ['L1', 'L2', 'L3', 'L4'];
const PLAN = planOf([
  treat({
    zones: ALL,
    irradianceMwPerCm2: IRRADIANCE_MW_PER_CM2,
    radiantExposureJPerCm2: EXPOSURE_J_PER_CM2,
    rampUpS: 1,
    rampDownS: 0.5,
  }),
]);
/** Good plans that become too much on a belt that says the wrong things of itself: 400 J/cm²; 50 minutes of light. */
export const BEYOND_LIMITS: readonly Plan[] = [
  planOf([treat({ zones: ALL, radiantExposureJPerCm2: undefined, radiantEnergyJ: 4 })]),
  planOf([treat({ zones: ALL, irradianceMwPerCm2: 20, radiantExposureJPerCm2: 60 })]),
];
const PLANNED_MS = 4750;
/** A zone without progress, beyond the planned time and its backstop: `WAIT_MS.emittingSlack` and a lease. */
const LIT_MAX_MS = PLANNED_MS * 1.1 + 30_000 + 2000;
const STOP_AT_MS = 50_000;
const OVER_AFTER_STOP_MS = 60_000;
const STEP_MS = 10;
/** The controller answers each tick with a lease at most, and repeats nothing. */
const LEASES_PER_TICK_MAX = 2;

export interface HostileTold extends Tally {
  readonly outcome: SessionOutcome | undefined;
  readonly liesTold: number;
  /** For how long leases allowed light. */
  readonly leasedLitMs: number;
  readonly isPrescribed: boolean;
}

interface Watch {
  readonly wrap: (port: BeltPort) => BeltPort;
  readonly onBeltEvent: (event: BeltEvent) => void;
  readonly reserve: (step: number, ceiling: number) => void;
  leasedLitMs: number;
  lastReport: BeltReport | undefined;
  prescription: Prescription | undefined;
  isOver: boolean;
}

/** What the controller asks for, against its own limits and its own book. */
function createWatch(nowMs: () => number, blame: (what: string) => void): Watch {
  const reserved = new Map<number, number>();
  let litUntilMs = 0;
  let leaseCount = 0;
  let tickCount = 0;
  const watch: Watch = {
    leasedLitMs: 0,
    lastReport: undefined,
    prescription: undefined,
    isOver: false,
    reserve: (step, ceiling) => void reserved.set(step, Math.max(reserved.get(step) ?? 0, ceiling)),
    onBeltEvent(event) {
      if (event.type !== 'belt.tick') return;
      tickCount += 1;
      watch.lastReport = event.report;
    },
    wrap: (port) => ({
      ...port,
      prepare(prescription) {
        watch.prescription = prescription;
        for (const zone of prescription.steps.flat()) {
          if (!(zone.irradianceMwPerCm2 <= IRRADIANCE_MW_PER_CM2)) blame('more irradiance than planned');
          if (!(zone.radiantExposureJPerCm2 <= EXPOSURE_J_PER_CM2)) blame('more dose than planned');
        }
        port.prepare(prescription);
      },
      lease(request) {
        leaseCount += 1;
        if (watch.isOver) blame('a lease after the end');
        if (leaseCount > tickCount * LEASES_PER_TICK_MAX + 4) blame('leases without end');
        if (request.zones !== 0) {
          if (!(request.ceiling >= 0 && request.ceiling <= 1)) blame(`a ceiling of ${request.ceiling}`);
          if (!(request.ceiling <= (reserved.get(request.step) ?? 0) + 1e-9))
            blame(
              `a ceiling of ${request.ceiling}, of which ${reserved.get(request.step) ?? 0} is in the book`,
            );
          if (request.zones >>> ZONES !== 0) blame('a lease for a zone that is not in the plan');
          // Each lease allows one second from here at most; overlaps count once.
          watch.leasedLitMs += Math.max(0, nowMs() + 1000 - Math.max(litUntilMs, nowMs()));
          litUntilMs = nowMs() + 1000;
        } else litUntilMs = Math.min(litUntilMs, nowMs());
        port.lease(request);
      },
    }),
  };
  return watch;
}

/** Off is only confirmed when the belt said so last; a prescription never becomes a claim. */
function checkClaims(outcome: SessionOutcome, watch: Watch, blame: (what: string) => void): void {
  if (outcome.emissionOff === 'confirmed' && watch.lastReport?.emission !== false)
    blame('"off confirmed" although the belt said that it shines');
  if (watch.leasedLitMs > LIT_MAX_MS) blame(`leases allowed light for ${watch.leasedLitMs} ms`);
  for (const zone of outcome.zones)
    if (!(Number.isFinite(zone.deliveredJPerCm2) && zone.deliveredJPerCm2 >= 0))
      blame(`${zone.zone} delivered ${zone.deliveredJPerCm2}`);
  if (outcome.message.length < 10) blame('an outcome without words');
}

export interface HostileAttack {
  readonly seed: number;
  readonly lie: Lie;
  readonly isPaired: boolean;
  readonly plan?: Plan;
}

const credentialsOf = (beltId: string, seed: number): BeltCredentials => ({
  controllerId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  beltId: Uint8Array.from(Buffer.from(beltId, 'hex')),
  longTermKey: new Uint8Array(32).fill(seed & 0xff),
  randomBytes: createTestRandom(`hostile ${seed}`),
});

/** Never throws: what was thrown is counted. */
export function attackController(attack: HostileAttack): HostileTold {
  const tally = createTally(`hostile belt: ${attack.lie.name}`);
  tally.runs = 1;
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: attack.seed });
  const credentials = attack.isPaired ? credentialsOf(belt.beltId, attack.seed) : undefined;
  const random = createRandom(attack.seed, attack.lie.name);
  const hostile = createHostileBelt({ behind: belt, credentials, clock, random, lie: attack.lie });
  const blame = (what: string): void => {
    if (tally.findings.length < 5) tally.findings.push(`${attack.lie.name}: ${what}`);
  };
  const watch = createWatch(() => clock.nowMs(), blame);
  let stage: Stage | undefined;
  try {
    stage = runSession({
      clock,
      belt,
      judge: createJudge(),
      peripheral: hostile,
      credentials,
      sessionTag: '00112233445566cc',
      resolve: (profile) => resolveProgram(attack.plan ?? PLAN, profile),
      wrapBelt: watch.wrap,
      onBeltEvent: watch.onBeltEvent,
      onBookEvent: (event) =>
        event.type === 'book.reserved' ? watch.reserve(event.step, event.ceiling) : undefined,
    });
    live(stage, tally, () => belt.truth().emission);
    watch.isOver = true;
    clock.advance(5000);
    const [outcome, another] = stage.outcomes;
    if (another !== undefined) blame('two outcomes');
    if (outcome !== undefined) checkClaims(outcome, watch, blame);
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  belt.powerOff();
  tally.tried = hostile.liesTold;
  return {
    ...tally,
    outcome: stage?.outcomes[0],
    liesTold: hostile.liesTold,
    leasedLitMs: watch.leasedLitMs,
    isPrescribed: watch.prescription !== undefined,
  };
}

/** Until it is over, by itself or after the person's STOP; which reaches the belt whatever was told before. */
function live(stage: Stage, tally: Tally, isLit: () => boolean): void {
  let elapsedMs = 0;
  const isOver = (): boolean => stage.outcomes.length > 0;
  stage.until(() => {
    elapsedMs += STEP_MS;
    if (isLit()) tally.lit += 1;
    return isOver() || elapsedMs >= STOP_AT_MS;
  }, STOP_AT_MS + STEP_MS);
  if (isOver()) return;
  tally.stops += 1;
  if (isLit()) tally.stopsWhileLit += 1;
  stage.send({ type: 'operator.stop', cause: 'interrupt' });
  if (isLit()) {
    tally.stopsPrevented += 1;
    tally.findings.push('light after STOP over a link that works');
  }
  if (stage.until(isOver, OVER_AFTER_STOP_MS)) return;
  tally.threw += 1;
  tally.findings.push(`the session never ended: ${stage.states.join(' ')}`);
}
