// How much a session may have given when nobody saw its end. The answer may be too high, never too low.
import type { BeltRecord, BeltRecordEntry, PrescribedZone } from '../belt/belt.ts';
import { CERTAIN_UPPER_MAX_RATIO, EMITTER_TOLERANCE_RATIO } from '../safety/limits.ts';
import type { BookedZone } from './dose-book.ts';

/** No lease outlives this (the wire's constant, held against it by a test). */
export const LEASE_MAX_S = 1;
/** More is cut by H08: unknown light counts at this multiple of what was set. */
export const UNKNOWN_POWER_RATIO = 1.5;
/** H06: the belt itself ends a zone above this multiple of its prescription. */
export const HARD_DOSE_RATIO = 1.1;

export interface BookedIntent {
  readonly measurementUncertainty: number;
  readonly steps: readonly (readonly PrescribedZone[])[];
}

const unknownJPerCm2 = (zone: PrescribedZone): number =>
  (UNKNOWN_POWER_RATIO * zone.irradianceMwPerCm2 * LEASE_MAX_S) / 1000;

/**
 * `ceiling` is the highest fraction that a lease of this step could carry. The light stays below it while the belt
 * measures rightly; one lease at 150 % on top is for a belt that does not, and H06 ends what goes beyond.
 */
function stepUpperJPerCm2(zone: PrescribedZone, ceiling: number): number {
  if (!(ceiling > 0)) return 0;
  const prescribed = zone.radiantExposureJPerCm2;
  return Math.min(Math.min(ceiling, 1) * prescribed + unknownJPerCm2(zone), HARD_DOSE_RATIO * prescribed);
}

/** Steps before the last one reserved count as given in full. */
const ceilingOf = (reserved: readonly number[], step: number): number =>
  step < reserved.length - 1 ? 1 : (reserved[step] ?? 0);

/**
 * What was commanded over the time that the record says it was on, as one lighting: more of them had more ramps, and this
 * is then too much. Another measure than the monitor that the belt's own dose comes from.
 */
function commandedJPerCm2(zone: PrescribedZone, entry: BeltRecordEntry): number {
  const onS = entry.emissionMs / 1000;
  const upS = zone.rampUpS;
  const litS = onS < upS ? (onS * onS) / (2 * upS) : onS - upS / 2;
  const downS = entry.status === 'done' ? zone.rampDownS / 2 : 0;
  return (zone.irradianceMwPerCm2 * Math.max(0, litS - downS)) / 1000;
}

interface Sum {
  readonly zone: number;
  readonly wavelengthNm: number;
  prescribedJPerCm2: number;
  deliveredJPerCm2: number;
}

/** One sum for each emitter, over all steps. */
function sumByEmitter(
  intent: BookedIntent,
  delivered: (zone: PrescribedZone, step: number) => number,
): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const [step, zones] of intent.steps.entries())
    for (const zone of zones) {
      const key = `${zone.zone} ${zone.wavelengthNm}`;
      const { wavelengthNm } = zone;
      const sum = sums.get(key) ?? {
        zone: zone.zone,
        wavelengthNm,
        prescribedJPerCm2: 0,
        deliveredJPerCm2: 0,
      };
      sum.prescribedJPerCm2 += zone.radiantExposureJPerCm2;
      sum.deliveredJPerCm2 += delivered(zone, step);
      sums.set(key, sum);
    }
  return [...sums.values()];
}

const nameOf = (zone: number): string => `L${zone + 1}`;

/** `reserved[step]` is the highest ceiling that was durable for the step; as long as the last step reserved. */
export function upperBoundZones(intent: BookedIntent, reserved: readonly number[]): readonly BookedZone[] {
  const sums = sumByEmitter(intent, (zone, step) => stepUpperJPerCm2(zone, ceilingOf(reserved, step)));
  return sums.map((sum) => ({
    zone: nameOf(sum.zone),
    wavelengthNm: sum.wavelengthNm,
    prescribedJPerCm2: sum.prescribedJPerCm2,
    deliveredJPerCm2: sum.deliveredJPerCm2,
    deliveredUpperJPerCm2: sum.deliveredJPerCm2 * (1 + intent.measurementUncertainty),
    certainty: 'upperBound',
  }));
}

/** What is certain to have been seen of a zone whose booked dose holds an unknown part. */
function knownJPerCm2(booked: BookedZone, intent: BookedIntent): number {
  if (booked.certainty === 'certain') return booked.deliveredJPerCm2;
  const unknown = intent.steps
    .flat()
    .filter((zone) => nameOf(zone.zone) === booked.zone && zone.wavelengthNm === booked.wavelengthNm)
    .map(unknownJPerCm2);
  return Math.max(0, booked.deliveredJPerCm2 - Math.max(0, ...unknown));
}

/**
 * The belt's own record replaces what was unknown. It never lowers what the controller itself has seen (`closed`), and a
 * record that the belt did not bring to its end may lack the last light: then the larger of both stays.
 */
export function reconciledZones(
  intent: BookedIntent,
  reserved: readonly number[],
  closed: readonly BookedZone[] | undefined,
  record: BeltRecord,
): readonly BookedZone[] {
  const before = closed ?? upperBoundZones(intent, reserved);
  const complete = record.kind === 'closed';
  const entryOf = (zone: PrescribedZone, step: number): BeltRecordEntry | undefined =>
    record.entries.find((found) => found.step === step && found.zone === zone.zone);
  const commanded = sumByEmitter(intent, (zone, step) => {
    const entry = entryOf(zone, step);
    return entry === undefined ? 0 : commandedJPerCm2(zone, entry);
  });
  const sums = sumByEmitter(intent, (zone, step) => {
    const entry = entryOf(zone, step);
    // An entry that is missing or makes no sense says nothing: then the bound of the step stands.
    const delivered = entry?.deliveredJPerCm2 ?? NaN;
    return delivered >= 0 && delivered < Infinity
      ? delivered
      : stepUpperJPerCm2(zone, ceilingOf(reserved, step));
  });
  const reconciled = sums.map((sum, index): BookedZone => {
    const zone = nameOf(sum.zone);
    const booked = before.find((known) => known.zone === zone && known.wavelengthNm === sum.wavelengthNm);
    const seen = booked === undefined || closed === undefined ? 0 : knownJPerCm2(booked, intent);
    const delivered = Math.max(sum.deliveredJPerCm2, seen);
    const lit = commanded[index]?.deliveredJPerCm2 ?? 0;
    const upper = Math.max(
      delivered * (1 + intent.measurementUncertainty),
      lit * (1 + EMITTER_TOLERANCE_RATIO),
    );
    const lower = Math.min(
      delivered / (1 + intent.measurementUncertainty),
      lit / (1 + EMITTER_TOLERANCE_RATIO),
    );
    const agrees = delivered === sum.deliveredJPerCm2 && upper <= CERTAIN_UPPER_MAX_RATIO * lower;
    const keep = !complete && booked !== undefined;
    return {
      zone,
      wavelengthNm: sum.wavelengthNm,
      prescribedJPerCm2: sum.prescribedJPerCm2,
      deliveredJPerCm2: keep ? Math.max(delivered, booked.deliveredJPerCm2) : delivered,
      deliveredUpperJPerCm2: keep ? Math.max(upper, booked.deliveredUpperJPerCm2) : upper,
      certainty: complete && agrees ? 'certain' : 'upperBound',
    };
  });
  // Stray light where nothing was prescribed is not in the belt's record: it stays booked as it was seen.
  const isPrescribed = (zone: BookedZone): boolean =>
    reconciled.some((known) => known.zone === zone.zone && known.wavelengthNm === zone.wavelengthNm);
  return [...reconciled, ...(closed ?? []).filter((zone) => !isPrescribed(zone))];
}
