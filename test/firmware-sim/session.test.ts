import { describe, expect, it } from 'vitest';
import { armed, setUp } from './bench.ts';

describe('a whole session', () => {
  for (const seed of [1, 2, 3, 17, 99, 12345]) {
    it(`delivers within 0.5 % of what is prescribed and never above 100.5 % (seed ${seed})`, () => {
      const bench = setUp({ seed });
      armed(bench);
      bench.clock.advance(100_000);
      const { controller, belt } = bench;
      expect(controller.lastTick().state).toBe('ended');
      const lit = belt.truth().zones.filter((zone) => zone.wavelengthNm === 808);
      for (const zone of lit) {
        expect(zone.radiantExposureJPerCm2).toBeGreaterThan(4 * 0.995);
        expect(zone.radiantExposureJPerCm2).toBeLessThan(4 * 1.005);
      }
      expect(belt.truth().emission).toBe(false);
      const record = controller.readRecord({ op: 'last' });
      expect(record?.cause).toBe('completed');
      expect(record?.entries.map((entry) => entry.status)).toEqual(['done', 'done', 'done', 'done']);
    });
  }
});
