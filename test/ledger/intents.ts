// Sessions for the tests of the dose book.
import type { BeltRecord, Prescription } from '../../src/belt/belt.ts';
import type { BookedZone, BookEvent, DoseClosing, DoseIntent } from '../../src/ledger/dose-book.ts';
import type { PrescribedZone } from '../../src/belt/belt.ts';

export const tagOf = (number: number): string => number.toString(16).padStart(16, '0');

export const zoneOf = (zone: number, radiantExposureJPerCm2 = 4): PrescribedZone => ({
  zone,
  wavelengthNm: 808,
  irradianceMwPerCm2: 50,
  radiantExposureJPerCm2,
  rampUpS: 2,
  rampDownS: 1,
  pulseFrequencyHz: 0,
  dutyCycle: 1,
});

export const prescriptionOf = (sessionTag: string, stepCount = 1): Prescription => ({
  sessionTag,
  steps: Array.from({ length: stepCount }, () => [zoneOf(0), zoneOf(1)]),
  timeLimitS: 90,
});

export const intentOf = (sessionTag: string, stepCount = 1): DoseIntent => ({
  sessionTag,
  beltId: '0011223344556677',
  address: 'socket:/tmp/belt.sock',
  planName: 'low-back-spasm',
  // Each session on a site of its own: what else stands in the way is not the question here.
  site: `lumbar ${sessionTag}`,
  prescription: prescriptionOf(sessionTag, stepCount),
  measurementUncertainty: 0.003,
});

export const bookedZone = (
  zone: string,
  deliveredJPerCm2: number,
  certainty: BookedZone['certainty'],
): BookedZone => ({
  zone,
  wavelengthNm: 808,
  prescribedJPerCm2: 4,
  deliveredJPerCm2,
  deliveredUpperJPerCm2: deliveredJPerCm2 * 1.003,
  certainty,
});

export const closingOf = (sessionTag: string, changes: Partial<DoseClosing> = {}): DoseClosing => ({
  sessionTag,
  outcome: 'completed',
  emissionOff: 'confirmed',
  hazard: null,
  durationMs: 81_500,
  zones: [bookedZone('L1', 4, 'certain'), bookedZone('L2', 4, 'certain')],
  awaitsBeltRecord: false,
  ...changes,
});

export const recordOf = (
  sessionTag: string,
  deliveredJPerCm2: number,
  changes: Partial<BeltRecord> = {},
): BeltRecord => ({
  number: 7,
  kind: 'closed',
  cause: 'leaseExpired',
  sessionTag,
  durationMs: 40_000,
  hazards: 0,
  entries: [0, 1].map((zone) => ({
    step: 0,
    zone,
    wavelengthNm: 808,
    status: 'emitting',
    prescribedJPerCm2: 4,
    deliveredJPerCm2,
    // As long as 50 mW/cm² take for it, after a ramp of 2 s.
    emissionMs: deliveredJPerCm2 * 20_000 + 1000,
  })),
  ...changes,
});

/** Collects what a book tells. */
export function createListener(): { readonly events: BookEvent[]; readonly types: () => readonly string[] } {
  const events: BookEvent[] = [];
  return { events, types: () => events.map((event) => event.type) };
}
