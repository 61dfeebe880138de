// The same session and the same belt as everywhere else, through the real noble and the real bleno. The truth judges.
import { afterEach, describe, expect, it } from 'vitest';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { air, createHost, join } from './support/radio-pair.ts';
import { startRadioSession, type RadioSession } from './support/radio-session.ts';

/** Two zones, 0.1 J/cm² at 50 mW/cm²: 2 s at full irradiance, 2.75 s of light. */
const PRESCRIBED_J_PER_CM2 = 0.1;
const SHORT = programOf([
  [0, 1].map((zone) => zoneOf(zone, { radiantExposureJPerCm2: PRESCRIBED_J_PER_CM2 })),
]);
const LONG = programOf([[zoneOf(0, { radiantExposureJPerCm2: 1 })]]);
const LEASE_MS = 1000;

let rig: RadioSession;
afterEach(async () => {
  air.intercept(undefined);
  air.release();
  await rig.dispose();
});
const start = async (program = LONG): Promise<RadioSession> => (rig = await startRadioSession(program));
const emitting = async (): Promise<RadioSession> => {
  await start();
  await rig.until('emitting');
  await rig.run(1500);
  expect(rig.belt.truth().emission).toBe(true);
  return rig;
};

describe('a session over Bluetooth', () => {
  it('is completed: off confirmed, 99.5 to 100.5 % of the prescription by the truth, nothing elsewhere', async () => {
    await start(SHORT);
    const outcome = await rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'completed',
      emissionOff: 'confirmed',
      exitCode: 0,
      hazards: [],
    });
    for (const zone of ['L1', 'L2']) {
      const ratio = rig.deliveredJPerCm2(zone, 808) / PRESCRIBED_J_PER_CM2;
      expect(ratio).toBeGreaterThan(0.995);
      expect(ratio).toBeLessThan(1.005);
    }
    expect(rig.deliveredJPerCm2('L3', 808)).toBe(0);
    expect(rig.belt.truth().emission).toBe(false);
  });

  it('stop: dark within 100 ms, and confirmed', async () => {
    await emitting();
    const stoppedAtMs = rig.belt.truth().atMs;
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    const outcome = await rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed', exitCode: 3 });
    expect(rig.darkSinceMs() - stoppedAtMs).toBeLessThanOrEqual(100);
  });

  it('pause and resume: dark at once, light again only after the resume', async () => {
    await emitting();
    rig.send({ type: 'operator.pause' });
    await rig.run(300);
    expect(rig.belt.truth().emission).toBe(false);
    await rig.run(2000);
    expect(rig.belt.truth().emission).toBe(false);
    rig.send({ type: 'operator.resume' });
    await rig.run(1500);
    expect(rig.belt.truth().emission).toBe(true);
  });

  it('link loss: dark within 100 ms, and the session does not pass for completed', async () => {
    await emitting();
    const lostAtMs = rig.belt.truth().atMs;
    rig.host.controller.loseLinks();
    const outcome = await rig.untilOver();
    expect(rig.darkSinceMs() - lostAtMs).toBeLessThanOrEqual(100);
    expect(outcome.outcome).not.toBe('completed');
  });

  it('a stalled link: dark when the lease ends, and the burst afterwards lights nothing', async () => {
    await emitting();
    const stalledAtMs = rig.belt.truth().atMs;
    air.intercept(() => 'hold');
    await rig.run(LEASE_MS + 300);
    expect(rig.belt.truth().emission).toBe(false);
    expect(rig.darkSinceMs() - stalledAtMs).toBeLessThanOrEqual(LEASE_MS + 100);
    air.intercept(undefined);
    air.release();
    await rig.run(400);
    expect(rig.belt.truth().emission).toBe(false);
  });

  it('a controller that the belt no longer hears: dark within one lease', async () => {
    await emitting();
    const deafAtMs = rig.belt.truth().atMs;
    air.intercept(({ from }) => (from === rig.host.deviceId ? 'drop' : 'deliver'));
    await rig.run(LEASE_MS + 300);
    expect(rig.darkSinceMs() - deafAtMs).toBeLessThanOrEqual(LEASE_MS + 100);
  });

  it('a second central stops it: dark within 100 ms, and the session ends as stopped or cut off', async () => {
    await emitting();
    const second = createHost(rig.clock);
    const stopper = await join(second.transport, rig.served.address);
    const stoppedAtMs = rig.belt.truth().atMs;
    stopper.connection.stopNow();
    const outcome = await rig.untilOver();
    expect(rig.darkSinceMs() - stoppedAtMs).toBeLessThanOrEqual(100);
    expect(outcome.outcome).not.toBe('completed');
    expect(outcome.emissionOff).toBe('confirmed');
    second.transport.dispose();
  });

  it('an adapter that is switched off under a session: dark within 100 ms', async () => {
    await emitting();
    const offAtMs = rig.belt.truth().atMs;
    rig.host.controller.setPower(false);
    await rig.run(300);
    expect(rig.darkSinceMs() - offAtMs).toBeLessThanOrEqual(100);
    rig.host.controller.setPower(true);
  });
});
