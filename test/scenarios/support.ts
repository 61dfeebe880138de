// What the scenarios share: the book held against the truth, and the next start after a controller is gone.
import { expect } from 'vitest';
import { bookedZonesOf } from '../../src/ledger/book-state.ts';
import { createRig, programOf, zoneOf, type Rig } from '../session/support/rig.ts';

const SECOND_TAG = '00112233445566bb';
/** What the first 20 ms of a ramp may differ by from its line. */
const ROUNDING_J_PER_CM2 = 1e-4;
export const ONE_ZONE = programOf([[zoneOf(0)]]);

export function expectBooked(rig: Rig): void {
  const sums = new Map<string, number>();
  for (const session of rig.book.sessions().values())
    for (const zone of bookedZonesOf(session)) {
      const key = `${zone.zone}/${zone.wavelengthNm}`;
      sums.set(key, (sums.get(key) ?? 0) + zone.deliveredUpperJPerCm2);
    }
  for (const [key, truth] of rig.delivered())
    expect(sums.get(key) ?? 0, key).toBeGreaterThanOrEqual(truth - ROUNDING_J_PER_CM2);
}

/** The same belt and book two days after the controller of `rig` is gone: the rules over days allow a session again. */
export const restart = (rig: Rig, isArmedByItself = false): Rig =>
  createRig({
    clock: rig.clock,
    belt: rig.belt,
    bookLines: rig.book.lines(),
    startedAt: '2026-01-03T00:00:00.000Z',
    isArmedByItself,
    input: { sessionTag: SECOND_TAG },
  });

export const lastBooking = (rig: Rig, zone: string) =>
  rig.closings.at(-1)?.zones.find((found) => found.zone === zone);
