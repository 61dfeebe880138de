// The moments of a light block at which its end can matter: everything between two of them is worse than neither. They
// are where a rule of the book is just not yet reached, in the doses of every line at that moment.
import { doseAfter, lightTimeFor, type Block, type StepLight, type Visit } from './worst-case-visit.ts';
import type { WorstCaseFacts } from './worst-case-facts.ts';

/** At a threshold is over it: rounding must not decide. */
const JUST_BELOW = 1 + 1e-9;

/** How the book learns of a belt session: seen to its end, a belt that restarted, or no record left at all. */
export type Booking = 'seen' | 'restarted' | 'unknown';
export const BOOKINGS: readonly Booking[] = ['seen', 'restarted', 'unknown'];

/** What the moment is just short of. */
export type Short = 'retryThreshold' | 'dayDose' | 'both' | 'nothing';

export interface Moment {
  readonly id: number;
  readonly isEnd: boolean;
  readonly short: Short;
  /** The step under way, or the last. */
  readonly step: number;
  /** As the belt measures it, since the visit began, per line. */
  readonly doses: readonly number[];
  /** Light since the block began. */
  readonly lightS: number;
}

/** What no line, and no zone over its lines, may reach; Infinity where nothing is asked. */
export interface Caps {
  readonly short: Short;
  readonly lines: readonly number[];
  readonly zones: readonly { readonly lines: readonly number[]; readonly cap: number }[];
}

export const withDose = (doses: readonly number[], line: number, dose: number): number[] => {
  const next = doses.slice();
  next[line] = dose;
  return next;
};

/** What is left for one line below the caps. */
function roomFor(caps: Caps, doses: readonly number[], line: number): number {
  let room = (caps.lines[line] ?? Infinity) - (doses[line] ?? 0);
  for (const { lines, cap } of caps.zones) {
    if (!lines.includes(line)) continue;
    let sum = 0;
    for (const other of lines) sum += doses[other] ?? 0;
    room = Math.min(room, cap - sum);
  }
  return room;
}

const stepLightS = (step: readonly StepLight[]): number =>
  step.reduce((max, { onS }) => Math.max(max, onS), 0);

/** A light that is over by then has given its whole dose. */
function addStep(doses: readonly number[], step: readonly StepLight[], lightS: number): readonly number[] {
  const next = doses.slice();
  for (const light of step) next[light.line] = (next[light.line] ?? 0) + doseAfter(light, lightS);
  return next;
}

/** All zones shine together until `lightS` of the block, before its end. */
export function momentAt(block: Block, start: readonly number[], lightS: number): Omit<Moment, 'id'> {
  let doses: readonly number[] = start;
  let leftS = lightS;
  for (const [index, step] of block.steps.entries()) {
    const onS = stepLightS(step);
    doses = addStep(doses, step, leftS);
    if (leftS < onS) return { isEnd: false, short: 'nothing', step: index, doses, lightS };
    leftS -= onS;
  }
  return { isEnd: false, short: 'nothing', step: block.steps.length - 1, doses, lightS };
}

/** All light of the block has been given. */
export function momentAtEnd(block: Block, start: readonly number[]): Omit<Moment, 'id'> {
  const doses = block.steps.reduce((sum, step) => addStep(sum, step, Infinity), start);
  return { isEnd: true, short: 'nothing', step: block.steps.length - 1, doses, lightS: block.lightS };
}

/** All zones shine together until the first of them comes to its cap; undefined when none does, or one is there already. */
export function momentBelow(
  block: Block,
  start: readonly number[],
  caps: Caps,
): Omit<Moment, 'id'> | undefined {
  let doses: readonly number[] = start;
  let beforeS = 0;
  for (const [index, step] of block.steps.entries()) {
    let firstS = Infinity;
    for (const light of step) {
      const room = roomFor(caps, doses, light.line);
      if (room < light.doseJPerCm2) firstS = Math.min(firstS, lightTimeFor(light, room));
    }
    if (firstS < Infinity) {
      if (index === 0 && !(firstS > 0)) return undefined;
      const at = addStep(doses, step, firstS);
      return { isEnd: false, short: caps.short, step: index, doses: at, lightS: beforeS + firstS };
    }
    const onS = stepLightS(step);
    doses = addStep(doses, step, onS);
    beforeS += onS;
  }
  return undefined;
}

/** `favour`: which wavelength of a zone; `isAlone`: the others fail before they shine. */
export interface Share {
  readonly favour: number;
  readonly isAlone: boolean;
}

/**
 * Each zone stops by itself just below its cap, because its emitter fails there and the belt ends that zone alone: so
 * every zone comes to its cap, whichever is the fastest. `favour` says which wavelength of a zone has
 * its share first, where they share a cap.
 */
export function momentOfFailing(
  block: Block,
  start: readonly number[],
  caps: Caps,
  { favour, isAlone }: Share,
): Omit<Moment, 'id'> {
  let doses: readonly number[] = start;
  const reach = new Map<number, number>();
  for (const light of block.steps.flat())
    reach.set(light.line, (reach.get(light.line) ?? doses[light.line] ?? 0) + light.doseJPerCm2);
  const favoured = new Set(caps.zones.map(({ lines }) => lines[favour % lines.length]));
  const order = [...reach.keys()].sort(
    (left, right) => Number(favoured.has(right)) - Number(favoured.has(left)),
  );
  for (const line of order) {
    if (isAlone && !favoured.has(line)) continue;
    const before = doses[line] ?? 0;
    const room = Math.max(0, roomFor(caps, doses, line));
    doses = withDose(doses, line, Math.min(reach.get(line) ?? before, before + room));
  }
  return { isEnd: false, short: caps.short, step: block.steps.length - 1, doses, lightS: block.lightS };
}

/** What the book holds of a visit whose last block ends at `moment`; never below what the belt has measured. */
export function bookedAt(
  facts: WorstCaseFacts,
  block: Block,
  start: readonly number[],
  moment: Pick<Moment, 'step' | 'doses'>,
  booking: Booking,
): readonly number[] {
  const seen = 1 + facts.measurementUncertainty;
  if (booking === 'seen') return moment.doses.map((dose) => dose * seen);
  const seconds = booking === 'restarted' ? facts.restartMarginS : facts.leaseTtlS;
  const upper = (booking === 'restarted' ? moment.doses : start).slice();
  const left = moment.doses.map((dose, line) => dose - (start[line] ?? 0));
  const perS = facts.unknownPowerRatio / 1000;
  for (const [index, step] of block.steps.entries()) {
    if (index > moment.step) break;
    for (const { line, doseJPerCm2, irradianceMwPerCm2 } of step) {
      const unknown = irradianceMwPerCm2 * perS * seconds;
      if (booking === 'restarted') {
        if (index === moment.step) upper[line] = (upper[line] ?? 0) + unknown;
        continue;
      }
      // A step before counts as given in full; of this one, at least what was reserved for the light it had.
      const given = index < moment.step ? doseJPerCm2 : Math.min(doseJPerCm2, Math.max(0, left[line] ?? 0));
      left[line] = (left[line] ?? 0) - doseJPerCm2;
      upper[line] = (upper[line] ?? 0) + Math.min(given + unknown, facts.hardDoseRatio * doseJPerCm2);
    }
  }
  return upper.map((dose, line) => Math.max(dose, moment.doses[line] ?? 0) * seen);
}

/** The caps behind a booking: what the belt may have measured so that the book still holds less than `booked`. */
export function capsBelow(
  facts: WorstCaseFacts,
  visit: Visit,
  booking: Booking,
  short: Short,
  booked: { readonly lines: readonly number[]; readonly zones: Caps['zones'] },
): Caps {
  const seconds = booking === 'seen' ? 0 : booking === 'restarted' ? facts.restartMarginS : facts.leaseTtlS;
  const seen = (1 + facts.measurementUncertainty) * JUST_BELOW;
  const unknown = (line: number): number =>
    ((visit.lines[line]?.irradianceMaxMwPerCm2 ?? 0) * facts.unknownPowerRatio * seconds) / 1000;
  return {
    short,
    lines: booked.lines.map((cap, line) => cap / seen - unknown(line)),
    zones: booked.zones.map(({ lines, cap }) => ({
      lines,
      cap: cap / seen - Math.max(0, ...lines.map(unknown)),
    })),
  };
}
