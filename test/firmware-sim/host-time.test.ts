import { describe, expect, it } from 'vitest';
import { createSimulatedBelt, type TruthSample } from '../../firmware-sim/simulated-belt.ts';
import type { Clock } from '../../src/clock.ts';

describe('the truth on a machine whose clock goes on while the belt is being made', () => {
  it('stamps what an input did with the instant of the input, not earlier', () => {
    let nowMs = 5000;
    const clock: Clock = {
      // Every look at the clock takes 3 ms.
      nowMs: () => (nowMs += 3),
      setTimeout: () => ({}),
      clearTimeout: () => undefined,
    };
    const truth: TruthSample[] = [];
    const belt = createSimulatedBelt({ clock, seed: 1, onTruth: (line) => void truth.push(line) });
    const beforeMs = nowMs;
    expect(belt.truth().hostMs).toBeGreaterThanOrEqual(beforeMs);
    expect(belt.truth().hostMs).toBeLessThanOrEqual(nowMs);
  });
});
