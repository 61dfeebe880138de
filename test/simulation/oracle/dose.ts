// Invariants 3 and 4: the light that truly fell on the skin, against what a person armed and against the book.
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';
import type { PrescribedZone } from '../../../src/belt/belt.ts';
import { bookedZonesOf } from '../../../src/ledger/book-state.ts';
import type { BookedZone } from '../../../src/ledger/dose-book.ts';
import type { MemoryDoseBook } from '../../../src/ledger/dose-book-memory.ts';
import type { Findings } from './findings.ts';
import { LEASE_MS, STEP_MS } from './light.ts';

/** Stated tolerance of the true dose, and how far a certain booking may lie above the truth. */
export const DOSE_TOLERANCE = 1.01;
export const CERTAIN_RATIO = 1.035;
/** The light of one step at 100 mW/cm², and what the first 20 ms of a ramp may differ by from its line. */
const ROUNDING_J_PER_CM2 = 1e-3;
const BOOK_ROUNDING_J_PER_CM2 = 1e-4;
/** Below this a ratio is one of roundings. */
const LITTLE_J_PER_CM2 = 0.02;
/** H09 within 50 ms, and a step. */
const BLIND_MS = 60;
/** H10: a stuck driver shines for so long at full power, each time that it is stuck. */
const STRAY_MS = 100 + STEP_MS;

export interface DoseRatio {
  /** True over prescribed, and booked over true, of one emitter in one session. */
  readonly truth: number;
  /** Above prescribed + 1 %, in leases at set power. */
  readonly leasesAbove: number;
  /** NaN or Infinity where next to nothing was given. */
  readonly booked: number;
  readonly isCertain: boolean;
  readonly isCompleted: boolean;
  /** No second fault blinds whoever books the first. */
  readonly isJudged: boolean;
}

export interface DoseJudge {
  armed(tag: string, steps: readonly (readonly PrescribedZone[])[], book: MemoryDoseBook): void;
  step(): void;
  /** The session is over or its process is gone; from now on its booking is final until it is reconciled. */
  ended(book: MemoryDoseBook): void;
  noteStray(): void;
  ratios(completedTag: string | undefined): readonly DoseRatio[];
}

interface ArmedSession {
  readonly tag: string;
  readonly prescribed: Float64Array;
  readonly setMwPerCm2: Float64Array;
  readonly energyBeforeMj: Float64Array;
  /** What more a zone may get whose monitor reads too little, until its time is over (H12). */
  readonly overTimeJPerCm2: Float64Array;
}

/** H12 ends a zone at 105 % of its planned time; its ramp down, which never came, is light as well. */
const overTimeOf = (zone: PrescribedZone): number =>
  zone.radiantExposureJPerCm2 * 0.05 +
  (zone.irradianceMwPerCm2 * (0.025 * zone.rampUpS + 0.525 * zone.rampDownS)) / 1000;

export interface DoseRelief {
  /** Light that no session prescribes is known to the book only when the session ends. */
  readonly isStrayPossible: boolean;
  /** Its controller or its book died meanwhile: nobody is left to book stray light. */
  readonly isUnattended: () => boolean;
  /** A second fault blinds the belt to the first. */
  readonly isDoseBlind: boolean;
  /**
   * The belt measures wrongly: what it reports, and what is reserved from that, may be too little until the controller
   * closes the book with what it commanded. When it cannot (it died, or its disk is full), that is a second fault.
   */
  readonly isMonitorBlind: boolean;
}

export function createDoseJudge(physics: BeltPhysics, findings: Findings, relief: DoseRelief): DoseJudge {
  const { optics } = physics;
  const { board } = optics;
  const count = board.emitterCount;
  const sessions: ArmedSession[] = [];
  const mostJ = new Float64Array(count);
  const bookedJ = new Float64Array(count);
  const isPrescribed = new Uint8Array(count);
  const prescribedEver = new Float64Array(count);
  /** Sessions that are long over are folded away by the book; what it booked last for them stays known here. */
  const bookedBy = new Map<string, readonly BookedZone[]>();
  let book: MemoryDoseBook | undefined;
  let linesSeen = -1;
  let strayCount = 0;

  const truthJ = (emitter: number): number =>
    optics.energyMj[emitter]! / board.emitterAreaCm2[emitter]! / 1000;
  const fullScale = (emitter: number): number =>
    board.emitterPowerMaxMw[emitter]! / board.emitterAreaCm2[emitter]!;
  const nameOf = (emitter: number): string =>
    `L${board.emitterZone[emitter]! + 1}/${board.emitterWavelengthNm[emitter]}`;

  function refreshMost(): void {
    for (let emitter = 0; emitter < count; emitter++) {
      let most = ROUNDING_J_PER_CM2;
      for (const session of sessions)
        most +=
          session.prescribed[emitter]! * DOSE_TOLERANCE + (session.setMwPerCm2[emitter]! * LEASE_MS) / 1e6;
      most += (strayCount * fullScale(emitter) * STRAY_MS) / 1e6;
      mostJ[emitter] = most;
    }
  }

  function refreshBooked(): void {
    if (book === undefined || book.lines().length === linesSeen) return;
    linesSeen = book.lines().length;
    bookedJ.fill(0);
    for (const [tag, session] of book.sessions()) bookedBy.set(tag, bookedZonesOf(session));
    for (const zones of bookedBy.values())
      for (const zone of zones)
        for (let emitter = 0; emitter < count; emitter++)
          if (nameOf(emitter) === `${zone.zone}/${zone.wavelengthNm}`)
            bookedJ[emitter]! += zone.deliveredUpperJPerCm2;
  }

  /** What a wrong monitor hides: 1 %, and the light until a blind one is found (H09), which no other sensor sees. */
  const unseenJ = (emitter: number): number => {
    if (!relief.isMonitorBlind) return 0;
    const set = sessions.reduce((most, session) => Math.max(most, session.setMwPerCm2[emitter]!), 0);
    return truthJ(emitter) * 0.01 + (set * BLIND_MS) / 1e6;
  };
  const checkBooked = (emitter: number): void => {
    if (relief.isDoseBlind) return;
    const truth = truthJ(emitter);
    if (truth <= bookedJ[emitter]!) return findings.holds(4);
    findings.check(
      4,
      truth <= bookedJ[emitter]! + BOOK_ROUNDING_J_PER_CM2 + unseenJ(emitter),
      () => `${nameOf(emitter)}: booked ${bookedJ[emitter]!.toFixed(5)}, true ${truth.toFixed(5)} J/cm²`,
    );
  };

  return {
    noteStray() {
      strayCount += 1;
      refreshMost();
    },
    armed(tag, steps, opened) {
      const prescribed = new Float64Array(count);
      const setMwPerCm2 = new Float64Array(count);
      const overTimeJPerCm2 = new Float64Array(count);
      for (const zone of steps.flat())
        for (let emitter = 0; emitter < count; emitter++) {
          if (board.emitterZone[emitter] !== zone.zone) continue;
          if (board.emitterWavelengthNm[emitter] !== zone.wavelengthNm) continue;
          prescribed[emitter]! += zone.radiantExposureJPerCm2;
          overTimeJPerCm2[emitter]! += overTimeOf(zone);
          setMwPerCm2[emitter] = Math.max(setMwPerCm2[emitter]!, zone.irradianceMwPerCm2);
          isPrescribed[emitter] = 1;
        }
      for (let emitter = 0; emitter < count; emitter++) prescribedEver[emitter]! += prescribed[emitter]!;
      sessions.push({
        tag,
        prescribed,
        setMwPerCm2,
        overTimeJPerCm2,
        energyBeforeMj: Float64Array.from(optics.energyMj),
      });
      book = opened;
      linesSeen = -1;
      refreshMost();
    },
    step() {
      if (!optics.emission) return;
      const isBookLate = relief.isStrayPossible || relief.isMonitorBlind;
      refreshBooked();
      for (let emitter = 0; emitter < count; emitter++) {
        if (!(optics.powerMw[emitter]! > 0)) continue;
        if (truthJ(emitter) <= mostJ[emitter]!) findings.holds(3);
        else if (!relief.isDoseBlind)
          findings.check(
            3,
            truthJ(emitter) <= mostJ[emitter]!,
            () =>
              `${nameOf(emitter)}: true ${truthJ(emitter).toFixed(4)} of ${prescribedEver[emitter]} J/cm² prescribed, at most ${mostJ[emitter]!.toFixed(4)}`,
          );
        if (isPrescribed[emitter] === 1 && optics.stuckOn[emitter] === 0 && !isBookLate) checkBooked(emitter);
      }
    },
    ended(closed) {
      book = closed;
      linesSeen = -1;
      refreshBooked();
      if ((relief.isStrayPossible || relief.isMonitorBlind) && relief.isUnattended()) return;
      for (let emitter = 0; emitter < count; emitter++) checkBooked(emitter);
      const last = sessions.at(-1);
      const booked = last === undefined ? undefined : closed.sessions().get(last.tag);
      if (last === undefined || booked === undefined) return;
      for (const zone of bookedZonesOf(booked)) {
        if (zone.certainty !== 'certain') continue;
        for (let emitter = 0; emitter < count; emitter++) {
          if (nameOf(emitter) !== `${zone.zone}/${zone.wavelengthNm}`) continue;
          const truth = givenJ(last, emitter);
          findings.check(
            4,
            zone.deliveredUpperJPerCm2 <= truth * CERTAIN_RATIO + ROUNDING_J_PER_CM2,
            () =>
              `${nameOf(emitter)}: certain, booked ${zone.deliveredUpperJPerCm2.toFixed(5)}, true ${truth.toFixed(5)} J/cm²`,
          );
        }
      }
    },
    ratios(completedTag) {
      const last = sessions.at(-1);
      const booked = last === undefined ? undefined : book?.sessions().get(last.tag);
      if (last === undefined || booked === undefined) return [];
      return bookedZonesOf(booked).flatMap((zone) => {
        for (let emitter = 0; emitter < count; emitter++)
          if (nameOf(emitter) === `${zone.zone}/${zone.wavelengthNm}` && last.prescribed[emitter]! > 0)
            return [
              {
                truth: givenJ(last, emitter) / last.prescribed[emitter]!,
                leasesAbove:
                  (givenJ(last, emitter) - last.prescribed[emitter]! * DOSE_TOLERANCE) /
                  ((last.setMwPerCm2[emitter]! * LEASE_MS) / 1e6),
                booked:
                  givenJ(last, emitter) > LITTLE_J_PER_CM2
                    ? zone.deliveredUpperJPerCm2 / givenJ(last, emitter)
                    : NaN,
                isCertain: zone.certainty === 'certain',
                isCompleted: last.tag === completedTag,
                isJudged:
                  !relief.isDoseBlind &&
                  !((relief.isStrayPossible || relief.isMonitorBlind) && relief.isUnattended()),
              },
            ];
        return [];
      });
    },
  };

  /** Up to now, since the session was armed. */
  function givenJ(session: ArmedSession, emitter: number): number {
    return (
      (optics.energyMj[emitter]! - session.energyBeforeMj[emitter]!) / board.emitterAreaCm2[emitter]! / 1000
    );
  }
}
