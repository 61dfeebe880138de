import { describe, expect, it } from 'vitest';
import { growthOfBelt, growthOfController } from './growth.ts';

const SEED = 77;
const FRAME_COUNT = 15_000;
/** Thirty thousand frames of a hundred bytes would be three megabytes, were they kept. */
const GROWTH_MAX_BYTES = 1_000_000;

describe('what is sent without end', () => {
  it.each([
    ['belt', growthOfBelt],
    ['controller', growthOfController],
  ])(`does not make the %s grow (seed ${SEED})`, (_end, grow) => {
    expect(grow(FRAME_COUNT, SEED)).toBeLessThan(GROWTH_MAX_BYTES);
  });
});
