// What looks like a hazard and is none.
import { describe, expect, it } from 'vitest';
import { createRig, startRig, type Rig } from './support/rig.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';

function runFault(faults: readonly string[]): { rig: Rig; outcome: SessionOutcome } {
  const rig = createRig({ faults });
  rig.send({ type: 'operator.start' });
  return { rig, outcome: rig.untilOver() };
}

/** What is booked is never below the truth. */
function expectBooked(rig: Rig): void {
  const delivered = rig.delivered();
  for (const zone of rig.closings.at(-1)?.zones ?? []) {
    const truth = delivered.get(`${zone.zone}/${zone.wavelengthNm}`) ?? NaN;
    // Emitters differ from the belt's own photodiodes by its stated uncertainty, which the booking contains.
    expect(zone.deliveredUpperJPerCm2, zone.zone).toBeGreaterThanOrEqual(truth - 1e-4);
  }
}

describe('what is no hazard', () => {
  it.each(['frame-duplicate:rate=0.5', 'link-stall@2s:for=600ms', 'record-lost@2s', 'clock-drift:percent=1'])(
    '%s: completed, nothing recorded',
    (fault) => {
      const { rig, outcome } = runFault([fault]);
      expect(outcome).toMatchObject({
        outcome: 'completed',
        exitCode: 0,
        emissionOff: 'confirmed',
        hazards: [],
      });
      expectBooked(rig);
    },
  );

  it('H14 a stall of 1.5 s pauses, and goes on only when a person resumes', () => {
    const rig = startRig({ faults: ['link-stall@2s:for=1500ms'] });
    rig.until('paused');
    rig.run(5000);
    expect(rig.session.view()).toMatchObject({
      state: 'paused',
      emission: false,
      pause: { cause: 'leaseExpired' },
    });
    rig.send({ type: 'operator.resume' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
    expectBooked(rig);
  });
});
