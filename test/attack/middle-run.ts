// One sealed session with a man in the middle, who has heard the pairing and an earlier session of the same belt.
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createRandom } from '../../firmware-sim/random.ts';
import type { Peripheral } from '../../protocol/gatt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createJudge } from '../fuzz/judge.ts';
import { createTally, wordsOf, type Tally } from '../fuzz/tally.ts';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { pairSimulatedBelt } from '../session/support/paired-belt.ts';
import { createMiddle, LISTEN, type Middle, type Trick } from './middle.ts';
import { runSession, type Stage, type StageOptions } from './stage.ts';

/** Four zones, 0.2 J/cm² each: about 5 s of light. */
const PROGRAM = programOf([[0, 1, 2, 3].map((zone) => zoneOf(zone, { radiantExposureJPerCm2: 0.2 }))]);
/** Countdown, light, ten seconds of silence and the slowest stop, twice over. */
const SESSION_MAX_MS = 60_000;
const AFTER_MS = 3000;
const BOOKING_TOLERANCE_J_PER_CM2 = 0.0005;

export interface MiddleAttack {
  readonly seed: number;
  readonly trick: Trick;
  /** He meddles with one frame in so many. */
  readonly oneIn: number;
  /** From the first byte of the connection, or only once light is on. */
  readonly from: 'connecting' | 'emitting';
  /** When the person stops it, after the first light; later than the end: not at all. */
  readonly stopAfterMs: number;
  readonly pauseAfterMs: number;
  /** Who stops it: the person at the controller, or somebody else right at the belt. */
  readonly stopBy: 'person' | 'helper';
  /** A controller that has never been paired, or lost its key. */
  readonly isKeyless?: boolean;
}

interface Helpers {
  readonly clock: VirtualClock;
  readonly belt: ReturnType<typeof createSimulatedBelt>;
  readonly tally: Tally;
  readonly judge: ReturnType<typeof createJudge>;
  readonly meddle: () => void;
  readonly isLinked: () => boolean;
}

/** Somebody else comes to help: any bytes, right at the belt. */
function stopByHelper({ belt, clock, tally, judge }: Helpers): void {
  let isLinked = true;
  const helper = belt.connect({ value: () => undefined, disconnected: () => void (isLinked = false) });
  clock.advance(1);
  if (!isLinked) return;
  tally.stops += 1;
  if (belt.truth().emission) tally.stopsWhileLit += 1;
  judge.revoked('a helper stopped it');
  helper.write('stop', Uint8Array.of(1), 'withoutResponse', () => undefined);
  if (belt.truth().emission) {
    tally.stopsPrevented += 1;
    tally.findings.push('light after the STOP of a helper');
  }
  clock.advance(AFTER_MS);
  helper.disconnect();
}

/** Over the link of the session: he meddles with all but STOP, and STOP must not depend on the rest. */
function stopByPerson(stage: Stage, { belt, tally, judge, isLinked }: Helpers): void {
  const wasLit = belt.truth().emission;
  const wasLinked = isLinked();
  stage.send({ type: 'operator.stop', cause: 'interrupt' });
  if (!wasLinked) return;
  tally.stops += 1;
  if (wasLit) tally.stopsWhileLit += 1;
  judge.revoked('the person stopped it');
  if (!belt.truth().emission) return;
  tally.stopsPrevented += 1;
  tally.findings.push('light after STOP over a link that works');
}

function live(stage: Stage, attack: MiddleAttack, helpers: Helpers): void {
  const { clock, belt, tally } = helpers;
  const lit = (): boolean => belt.truth().emission;
  const isOver = (): boolean => stage.outcomes.length > 0;
  if (attack.from === 'connecting') helpers.meddle();
  stage.until(() => lit() || isOver(), 15_000);
  helpers.meddle();
  const startedAtMs = clock.nowMs();
  let hasPaused = false;
  let hasStopped = false;
  stage.until(() => {
    const elapsedMs = clock.nowMs() - startedAtMs;
    if (isOver()) return true;
    if (!hasPaused && elapsedMs >= attack.pauseAfterMs) {
      hasPaused = true;
      stage.send({ type: 'operator.pause' });
    }
    if (!hasStopped && elapsedMs >= attack.stopAfterMs) {
      hasStopped = true;
      if (attack.stopBy === 'helper') stopByHelper(helpers);
      else stopByPerson(stage, helpers);
    }
    return false;
  }, SESSION_MAX_MS);
  if (!isOver()) {
    tally.threw += 1;
    tally.findings.push(`the session never ended: ${stage.states.join(' ')}`);
  }
}

/** What is said afterwards must be so: off is off, and no zone got more than what is booked. */
function checkClaims(stage: Stage, { belt, tally }: Helpers, before: readonly number[]): void {
  const outcome: SessionOutcome | undefined = stage.outcomes[0];
  if (outcome === undefined) return;
  const truth = belt.truth();
  if (outcome.emissionOff === 'confirmed' && truth.emission)
    tally.findings.push('"off confirmed", and it shines');
  const booked = stage.closings[0]?.zones ?? [];
  for (const [index, line] of truth.zones.entries()) {
    const delivered = line.radiantExposureJPerCm2 - (before[index] ?? 0);
    const upper = booked.find((zone) => zone.zone === line.zone && zone.wavelengthNm === line.wavelengthNm);
    if (delivered > (upper?.deliveredUpperJPerCm2 ?? 0) + BOOKING_TOLERANCE_J_PER_CM2)
      tally.findings.push(`${line.zone} got ${delivered} J/cm², booked ${upper?.deliveredUpperJPerCm2}`);
  }
}

const openLinks = (
  peripheral: Peripheral,
): { readonly peripheral: Peripheral; readonly isLinked: () => boolean } => {
  let count = 0;
  return {
    isLinked: () => count > 0,
    peripheral: {
      connect(central) {
        count += 1;
        let isOpen = true;
        const close = (): void => {
          if (isOpen) count -= 1;
          isOpen = false;
        };
        const link = peripheral.connect({
          ...central,
          disconnected(reason) {
            close();
            central.disconnected(reason);
          },
        });
        return {
          ...link,
          disconnect() {
            close();
            link.disconnect();
          },
        };
      },
    },
  };
};

const meddling = (middle: Middle, attack: MiddleAttack) => (): void => {
  middle.trick = attack.trick;
  middle.oneIn = attack.oneIn;
};

/** Never throws: what was thrown is counted. */
export function attackSession(
  attack: MiddleAttack,
): Tally & { readonly outcome: SessionOutcome | undefined } {
  const tally = createTally(`man in the middle ${attack.trick.name}`);
  tally.runs = 1;
  const clock = createVirtualClock();
  const judge = createJudge();
  const belt = createSimulatedBelt({ clock, seed: attack.seed, onTruth: judge.truth });
  const random = createRandom(attack.seed, 'man in the middle');
  const middle = createMiddle({ peripheral: belt, clock, random });
  const { peripheral, isLinked } = openLinks(middle);
  const helpers: Helpers = { clock, belt, tally, judge, isLinked, meddle: meddling(middle, attack) };
  let stage: Stage | undefined;
  try {
    // He listens to the pairing and to a whole session, and forgets nothing.
    const credentials = pairSimulatedBelt({ ...belt, connect: middle.connect }, clock);
    const options: Omit<StageOptions, 'sessionTag'> = {
      clock,
      belt,
      judge,
      peripheral,
      credentials,
      resolve: () => ({ ok: true, program: PROGRAM }),
    };
    const first = runSession({ ...options, sessionTag: '00112233445566aa' });
    first.until(() => belt.truth().emission, 15_000);
    clock.advance(1500);
    first.send({ type: 'operator.stop', cause: 'interrupt' });
    first.until(() => first.outcomes.length > 0, SESSION_MAX_MS);
    const before = belt.truth().zones.map((zone) => zone.radiantExposureJPerCm2);
    const litBefore = judge.litCount;
    stage = runSession({
      ...options,
      credentials: attack.isKeyless === true ? undefined : credentials,
      sessionTag: '00112233445566bb',
    });
    live(stage, attack, helpers);
    tally.lit = judge.litCount - litBefore;
    middle.replayAll();
    clock.advance(AFTER_MS);
    middle.trick = LISTEN;
    stopByHelper(helpers);
    checkClaims(stage, helpers, before);
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  belt.powerOff();
  tally.tried = middle.tricksPlayed;
  tally.litOrProlonged = judge.violations.length;
  tally.findings.push(...judge.violations);
  return { ...tally, outcome: stage?.outcomes[0] };
}
