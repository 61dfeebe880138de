// Invariant 4 while the light is on: what the belt may have given is in the book already, at every moment of the truth.
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/session/events.ts';
import { createRig, programOf, zoneOf, type Rig } from './support/rig.ts';

const LONG = programOf([
  [zoneOf(0, { radiantExposureJPerCm2: 1.5 }), zoneOf(1, { radiantExposureJPerCm2: 1 })],
  { restMs: 4000 },
  [zoneOf(2, { radiantExposureJPerCm2: 0.8 }), zoneOf(3)],
]);
/** Ticks come every 250 ms; asking, writing and hearing of it take their time. */
const ENTRY_EVERY_MS = 1000;

interface Entry {
  readonly atMs: number;
  readonly step: number;
  readonly ceiling: number;
}

function run(bookLatencyMs: number, seed: number): { readonly rig: Rig; readonly entries: readonly Entry[] } {
  const entries: Entry[] = [];
  const hear = (event: SessionEvent): void => {
    if (event.type === 'book.reserved')
      entries.push({ atMs: event.atMs, step: event.step, ceiling: event.ceiling });
  };
  const rig = createRig({ program: LONG, seed, bookLatencyMs, onView: (_view, event) => hear(event) });
  rig.send({ type: 'operator.start' });
  rig.untilOver();
  return { rig, entries };
}

describe('while the belt emits', () => {
  it.each([
    [0, 1],
    [2, 2],
    [100, 3],
    [400, 4],
  ])(
    'every joule is durable before it is given, and an entry follows every second: writes of %s ms',
    (latencyMs, seed) => {
      const { rig, entries } = run(latencyMs, seed);
      expect(rig.outcomes[0]).toMatchObject({ outcome: 'completed' });
      let judged = 0;
      let litSinceMs = Infinity;
      for (const sample of rig.truth) {
        if (!sample.emission) {
          litSinceMs = Infinity;
          continue;
        }
        litSinceMs = Math.min(litSinceMs, sample.atMs);
        const durable = entries.filter((entry) => entry.atMs <= sample.atMs);
        const last = durable.at(-1);
        expect(last, `at ${sample.atMs}`).toBeDefined();
        for (const [step, zones] of LONG.prescription.steps.entries()) {
          const ceiling = Math.max(
            0,
            ...durable.filter((entry) => entry.step === step).map((entry) => entry.ceiling),
          );
          for (const zone of zones) {
            judged++;
            const truth = sample.zones.find(
              (found) => found.zone === `L${zone.zone + 1}` && found.wavelengthNm === zone.wavelengthNm,
            );
            const ratio = (truth?.radiantExposureJPerCm2 ?? NaN) / zone.radiantExposureJPerCm2;
            expect(ratio, `L${zone.zone + 1} at ${sample.atMs}`).toBeLessThanOrEqual(ceiling * 1.01 + 1e-9);
          }
        }
        if (last !== undefined)
          expect(sample.atMs - Math.max(last.atMs, litSinceMs)).toBeLessThanOrEqual(
            ENTRY_EVERY_MS + 2 * latencyMs,
          );
      }
      expect(judged).toBeGreaterThan(100);
    },
  );
});
