// Emitters, monitors and switches that fail: light, alarm and book held against the truth.
import { describe, expect, it } from 'vitest';
import { createRig, programOf, startRig, zoneOf, type Rig } from '../session/support/rig.ts';
import { ONE_ZONE, expectBooked, lastBooking, restart } from './support.ts';

describe('fault-plus-uncertain, ledger never below the truth', () => {
  it('stray light of a zone that no plan names is booked', () => {
    const { rig, booked } = strayLight();
    expect(booked).toMatchObject({ prescribedJPerCm2: 0, certainty: 'upperBound' });
    expect(rig.delivered().get('L3/808')).toBeGreaterThan(0);
    expectBooked(rig);
  });

  it('and stays booked when the belt’s own record, which does not know of it, is read', () => {
    const { rig } = strayLight();
    const next = restart(rig);
    next.send({ type: 'operator.start' });
    next.untilOver();
    expectBooked(next);
  });

  it('an interrupted record of the belt is an upper bound, never certain', () => {
    const rig = startRig({ program: ONE_ZONE, faults: ['firmware-hang@7.11s'] });
    rig.untilOver();
    expect(lastBooking(rig, 'L1')?.certainty).toBe('upperBound');
    expectBooked(rig);
  });

  it.each([
    'monitor-open@0.15s',
    'monitor-open@3s',
    'monitor-gain@1s:factor=0.6',
    'monitor-gain@5s:factor=0.85',
  ])('a monitor that reads too little (%s) does not lower what is booked, for any emitter', (fault) => {
    for (const seed of [1, 2, 3, 469, 884, 1004, 2231]) {
      const rig = startRig({ faults: [fault], seed });
      rig.untilOver();
      expectBooked(rig);
    }
  });

  it('the belt restarts and has lost its record: light after the last report counts at 150 %', () => {
    const rig = startRig({ program: programOf([[zoneOf(0, { rampUpS: 3 })]]) });
    rig.run(600);
    rig.belt.inject('link-stall:for=1000ms,direction=to-central');
    rig.run(900);
    rig.belt.inject('reboot');
    rig.belt.inject('record-lost');
    rig.untilOver();
    expectBooked(rig);
  });

  function strayLight(): { readonly rig: Rig; readonly booked: ReturnType<typeof lastBooking> } {
    const rig = startRig({ program: ONE_ZONE, faults: ['emitter-stuck-on@3s:zone=L3'] });
    expect(rig.untilOver()).toMatchObject({ outcome: 'lockout', exitCode: 8, emissionOff: 'confirmed' });
    return {
      rig,
      booked: rig.closings.at(-1)?.zones.find((zone) => zone.zone === 'L3' && zone.wavelengthNm === 808),
    };
  }
});

describe('full-power-tail', () => {
  it.each([0, 0.5, 2])(
    'with a ramp down of %s s the light never rises above what is set, to the last sample',
    (rampDownS) => {
      const rig = startRig({ program: programOf([[zoneOf(0, { rampDownS })]]) });
      expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
      const most = Math.max(...rig.truth.map((line) => line.zones[0]?.irradianceMwPerCm2 ?? NaN));
      expect(most).toBeLessThanOrEqual(50 * 1.01);
    },
  );
});

describe('dead-emitter, 230-percent-emitter', () => {
  it('a belt whose emitter was dead from the start: that zone is cut, nothing is booked as delivered to it', () => {
    const rig = createRig({ faults: ['emitter-dead@boot+0s:zone=L1'] });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({
      outcome: 'cutoff',
      hazard: 'H09',
      exitCode: 4,
      emissionOff: 'confirmed',
    });
    expectBooked(rig);
  });

  it('an emitter at 230 % from the start gets no more than its prescription', () => {
    const rig = createRig({ faults: ['emitter-gain@boot+0s:zone=L1,factor=2.3'] });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'cutoff', exitCode: 4, emissionOff: 'confirmed' });
    expect(rig.delivered().get('L1/808')).toBeLessThanOrEqual(0.5);
    expectBooked(rig);
  });
});

describe('driver stuck and master welded', () => {
  it.each([808, 650])(
    'at %s nm: the alarm, unconfirmed, lockout, and booked at full scale up to the end',
    (wavelength) => {
      const rig = startRig({
        faults: [`emitter-stuck-on@2s:zone=L2,wavelength=${wavelength},master=welded`],
      });
      const outcome = rig.untilOver();
      expect(outcome).toMatchObject({
        outcome: 'lockout',
        exitCode: 8,
        hazard: 'H10',
        emissionOff: 'unconfirmed',
      });
      expect(outcome.message).toContain('pull its battery');
      expectBooked(rig);
    },
  );
});
