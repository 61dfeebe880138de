import { describe, expect, it } from 'vitest';
import { createRig } from './support/rig.ts';

describe('a sealed session', () => {
  it('is completed', () => {
    const rig = createRig({ isSealed: true });
    rig.send({ type: 'operator.start' });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'completed', exitCode: 0, emissionOff: 'confirmed' });
  });
});
