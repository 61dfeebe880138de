import { describe, expect, it } from 'vitest';
import { createRig } from './support/rig.ts';

describe('a whole session against the simulated belt', () => {
  it('is completed, confirmed dark, within 0.5 % of the prescription and never above 100.5 %', () => {
    const rig = createRig();
    rig.send({ type: 'operator.start' });
    const outcome = rig.untilOver();
    expect(outcome.outcome).toBe('completed');
  });
});
