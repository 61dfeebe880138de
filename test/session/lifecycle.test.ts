// Every way through a session that is no hazard of the belt: stop, pause, abandon, silence, books that fail, ports that throw.
import { describe, expect, it } from 'vitest';
import { createRig, programOf, startRig, TAG, zoneOf, type Rig } from './support/rig.ts';

const lastTruth = (rig: Rig) => rig.belt.truth();
const emitted = (rig: Rig): boolean => rig.truth.some((line) => line.emission);

describe('a whole session', () => {
  it('is completed, confirmed dark, certain, within 0.5 % of the prescription and never above 100.5 %', () => {
    const rig = createRig();
    rig.send({ type: 'operator.start' });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'completed',
      exitCode: 0,
      emissionOff: 'confirmed',
      hazard: null,
    });
    for (const zone of outcome.zones) {
      expect(zone.certainty).toBe('certain');
      const truth = rig.delivered().get(`${zone.zone}/808`) ?? NaN;
      expect(Math.abs(truth / 0.5 - 1)).toBeLessThanOrEqual(0.005);
      expect(Math.abs(zone.deliveredJPerCm2 / truth - 1)).toBeLessThanOrEqual(0.005);
    }
    expect(rig.states).toEqual([
      'standby',
      'connecting',
      'preflight',
      'ready',
      'countdown',
      'emitting',
      'stopping',
      'completed',
    ]);
  });

  it('runs steps one after the other, dark for the rest between them', () => {
    const program = programOf([
      [zoneOf(0, { radiantExposureJPerCm2: 0.2 })],
      { restMs: 5000 },
      [zoneOf(0, { wavelengthNm: 650, irradianceMwPerCm2: 10, radiantExposureJPerCm2: 0.05 }), zoneOf(2)],
      { restMs: 60_000 },
    ]);
    const rig = createRig({ program });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
    const delivered = rig.delivered();
    expect(delivered.get('L1/808')).toBeCloseTo(0.2, 2);
    expect(delivered.get('L1/650')).toBeCloseTo(0.05, 2);
    expect(delivered.get('L3/808')).toBeCloseTo(0.5, 2);
    const changes = rig.truth.filter((line) => line.cause !== null);
    const off = changes.find((line) => !line.emission)?.atMs ?? NaN;
    const again = changes.filter((line) => line.emission)[1]?.atMs ?? NaN;
    expect(again - off).toBeGreaterThanOrEqual(5000);
    expect(again - off).toBeLessThan(6000);
  });

  it('never leases a ceiling that is not in the book, and books at most 3 s ahead', () => {
    let reserved = 0;
    let worst = 0;
    let aheadS = 0;
    const rig = createRig({
      wrapBelt: (belt) => ({
        ...belt,
        lease(request) {
          worst = Math.max(worst, request.ceiling - reserved);
          belt.lease(request);
        },
      }),
      wrapBook: (book) => ({
        ...book,
        reserve(tag, step, ceiling) {
          const delivered = Math.max(...rig.delivered().values()) / 0.5;
          aheadS = Math.max(aheadS, ((ceiling - delivered) * 0.5 * 1000) / 50);
          book.reserve(tag, step, ceiling);
        },
      }),
      onView: (_, event) => {
        if (event.type === 'book.reserved') reserved = event.ceiling;
      },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver().message).toBe('The session is complete.');
    expect(worst).toBeLessThanOrEqual(0);
    expect(aheadS).toBeLessThanOrEqual(3.05);
  });

  it('waits dark, without a hazard, while the book is slow, and completes', () => {
    const rig = createRig({ bookLatencyMs: 2900 });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
  });

  it('is armed on the belt’s own button when the person says yes there', () => {
    const rig = startRig({ isArmedByItself: false }, 'ready');
    rig.send({ type: 'operator.arm', consent: 'beltButton' });
    rig.run(5000);
    expect(rig.session.view()).toMatchObject({ state: 'countdown', awaitsButton: true });
    rig.belt.pressButton();
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
  });
});

describe('a controller that is gone', () => {
  it('frozen at any moment: dark within 1.0 s and one firmware step', () => {
    for (let offsetMs = 0; offsetMs < 500; offsetMs += 37) {
      const rig = startRig();
      rig.run(2000 + offsetMs);
      rig.freeze();
      const atMs = rig.clock.nowMs();
      rig.run(12_000);
      expect(rig.darkSinceMs() - atMs).toBeLessThanOrEqual(1010);
      expect(lastTruth(rig).emission).toBe(false);
    }
  });

  it('killed and started again: its session is reconciled with the belt’s record before anything is armed', () => {
    const first = startRig();
    first.run(3000);
    first.freeze();
    first.run(15_000);
    const truth = first.delivered().get('L1/808') ?? NaN;
    const rig = createRig({
      clock: first.clock,
      belt: first.belt,
      bookLines: first.book.lines(),
      startedAt: '2026-01-03T00:00:00.000Z',
      input: { sessionTag: 'ffeeddccbbaa0099' },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
    const types = rig.events.map((event) => event.type);
    expect(types.indexOf('book.reconciled')).toBeGreaterThan(types.indexOf('book.loaded'));
    expect(types.indexOf('book.reconciled')).toBeLessThan(types.indexOf('belt.prepared'));
    const booked = rig.book.sessions().get(TAG);
    expect(JSON.stringify(booked)).toContain('L1');
    expect(truth).toBeGreaterThan(0);
  });

  it('thawed after its session is over: says so, never lights again', () => {
    const rig = startRig();
    rig.run(2000);
    rig.freeze();
    rig.run(20_000);
    rig.thaw();
    const outcome = rig.untilOver(60_000);
    expect(outcome.exitCode).not.toBe(0);
    expect(lastTruth(rig).emission).toBe(false);
  });
});

describe('the dose book', () => {
  it('H20 fails before arming: refused, nothing emitted', () => {
    const rig = startRig({ isArmedByItself: false }, 'ready');
    rig.book.breakDown('disk full');
    rig.send({ type: 'operator.arm', consent: 'atController' });
    expect(rig.untilOver()).toMatchObject({
      outcome: 'refused',
      hazard: 'H20',
      exitCode: 6,
      emissionOff: 'neverOn',
    });
    expect(emitted(rig)).toBe(false);
  });

  it('H20 fails while emitting: cutoff, confirmed dark', () => {
    const rig = startRig();
    rig.run(2000);
    rig.book.breakDown('disk full');
    expect(rig.untilOver(10_000)).toMatchObject({
      outcome: 'cutoff',
      hazard: 'H20',
      exitCode: 4,
      emissionOff: 'confirmed',
    });
  });

  it('H20 never answers: refused within its bound', () => {
    const rig = createRig({ wrapBook: (book) => ({ ...book, begin: () => undefined }) });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver(60_000)).toMatchObject({ outcome: 'refused', hazard: 'H20', exitCode: 6 });
    expect(emitted(rig)).toBe(false);
  });
});

describe('failures of ours', () => {
  it('a port that throws: dark first, failed, exit 1', () => {
    const rig = startRig({
      wrapBook: (book) => ({
        ...book,
        reserve(tag, step, ceiling) {
          if (ceiling > 0.5) throw new Error('a bug');
          book.reserve(tag, step, ceiling);
        },
      }),
    });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'failed', exitCode: 1, emissionOff: 'confirmed' });
    expect(outcome.message).toMatch(/a bug/);
  });

  it('a view that throws: dark first, failed, exit 1', () => {
    let count = 0;
    const rig = startRig({
      onView: (view) => {
        if (view.state === 'emitting' && ++count > 10) throw new Error('cannot draw');
      },
    });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'failed', exitCode: 1, emissionOff: 'confirmed' });
  });

  it('a resolver that throws: failed, never on', () => {
    const rig = createRig({
      input: {
        resolve: () => {
          throw new Error('no such thing');
        },
      },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'failed', exitCode: 1, emissionOff: 'neverOn' });
  });

  it('a machine that breaks: STOP and link down before anything else, and an outcome', () => {
    const calls: string[] = [];
    const rig = startRig({
      wrapBelt: (belt) => ({
        ...belt,
        stop: () => (calls.push('stop'), belt.stop()),
        close: () => (calls.push('close'), belt.close()),
      }),
    });
    rig.run(1000);
    // An event that no belt can send: its report throws when it is read.
    const report = new Proxy(
      {},
      {
        get: () => {
          throw new Error('broken');
        },
      },
    );
    rig.send({ type: 'belt.tick', report });
    expect(calls.slice(0, 2)).toEqual(['stop', 'close']);
    expect(rig.outcomes[0]).toMatchObject({ outcome: 'failed', emissionOff: 'unconfirmed', exitCode: 7 });
    rig.run(2000);
    expect(lastTruth(rig).emission).toBe(false);
  });
});

describe('before the belt', () => {
  it('a belt that cannot be reached: failed, exit 5, never on', () => {
    const rig = createRig({ faults: ['link-drop:for=60s'] });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver(60_000)).toMatchObject({ outcome: 'failed', exitCode: 5, emissionOff: 'neverOn' });
  });

  it('a plan that does not fit the belt: refused, exit 6, with its problems', () => {
    const rig = createRig({
      input: { resolve: () => ({ ok: false, problems: ['zone L9 is not on this belt'] }) },
    });
    rig.send({ type: 'operator.start' });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
    expect(outcome.message).toMatch(/zone L9/);
  });

  it('a session of another controller is not disturbed: refused, exit 6', () => {
    const first = startRig();
    const rig = createRig({
      clock: first.clock,
      belt: first.belt,
      input: { sessionTag: 'ffeeddccbbaa0099' },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver(30_000)).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
    expect(first.untilOver().outcome).toBe('completed');
  });
});
