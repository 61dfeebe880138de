// Off is a fact read from the belt: which tick may confirm it, how often STOP is said, and what is closed when.
import { describe, expect, it } from 'vitest';
import type { Stopping } from '../../src/session/context.ts';
import {
  enterClosing,
  enterConfirming,
  enterReconnecting,
  enterRecording,
  enterRetrying,
  enterStopping,
  isConfirmedBy,
  isStopEcho,
  isStopExhausted,
  repeatStop,
} from '../../src/session/stopping.ts';
import { bookWith, contextWith, treating } from './support/contexts.ts';
import { TAG } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

const stoppingWith = (more: Partial<Stopping> = {}): Stopping => ({
  afterTick: 20,
  sentCount: 1,
  answered: false,
  confirmed: false,
  darkAtMs: NaN,
  reconnectUntilMs: NaN,
  ...more,
});
const stopped = treating({ phase: 'stopping', stopping: stoppingWith() });
const ended = (more: object = {}) => report(21, { state: 'ended', stopLatched: true, ...more });
const shining = (zone: number, radiantPowerMw: number) =>
  ended({ zones: [0, 1, 2, 3].map((at) => zoneReport(at, at === zone ? { radiantPowerMw } : {})) });
const nothingWaited = {
  stateAtMs: Infinity,
  statusAtMs: Infinity,
  restAtMs: Infinity,
  presenceAtMs: Infinity,
};

describe('a tick that confirms that the light is off', () => {
  it('came after STOP, says that it was obeyed, and is dark', () => {
    expect(isStopEcho(stopped, ended())).toBe(true);
    expect(isConfirmedBy(stopped, ended())).toBe(true);
    expect(isStopEcho(treating(), ended())).toBe(false);
    expect(isStopEcho(stopped, ended({ stopLatched: false }))).toBe(false);
    expect(isStopEcho(stopped, ended({ tick: 20 }))).toBe(false);
    expect(isConfirmedBy(stopped, ended({ tick: 20 }))).toBe(false);
  });

  it('is none with any light: the belt’s word, or more than 2 % of the zone’s full scale, or a power that is none', () => {
    expect(isConfirmedBy(stopped, ended({ emission: true }))).toBe(false);
    expect(isConfirmedBy(stopped, shining(2, 2))).toBe(true);
    expect(isConfirmedBy(stopped, shining(2, 2.01))).toBe(false);
    expect(isConfirmedBy(stopped, shining(3, NaN))).toBe(false);
  });

  it('without a program the strongest emitter of the zone is the measure', () => {
    const without = { ...stopped, slots: [] };
    expect(isConfirmedBy(without, shining(2, 2))).toBe(true);
    expect(isConfirmedBy(without, shining(2, 2.01))).toBe(false);
    expect(isConfirmedBy({ ...without, profile: undefined }, shining(2, 0.001))).toBe(false);
    const weakZone = {
      ...PROFILE,
      emitters: PROFILE.emitters.filter((one) => one.zone !== 2 || one.wavelengthNm === 650),
    };
    expect(isConfirmedBy({ ...without, profile: weakZone }, shining(2, 0.11))).toBe(false);
    expect(isConfirmedBy({ ...without, profile: weakZone }, shining(2, 0.1))).toBe(true);
    expect(isConfirmedBy(stopped, { ...shining(2, 2.01), step: 1 })).toBe(false);
  });

  it('is not another belt’s, nor any once the person has abandoned it', () => {
    expect(isConfirmedBy({ ...stopped, identityDiffers: true }, ended())).toBe(false);
    expect(isConfirmedBy({ ...stopped, reasons: [{ kind: 'abandon' }] }, ended())).toBe(false);
    expect(isConfirmedBy({ ...stopped, reasons: [{ kind: 'completed' }] }, ended())).toBe(true);
  });
});

describe('the way out', () => {
  it('begins without a lease, without a deadline of the treatment, and with no echo yet', () => {
    const next = enterStopping(
      treating({ record: 'none', emittedMs: 500, effects: [{ kind: 'belt.pause' }] }),
    );
    expect(next).toMatchObject({ phase: 'stopping', record: undefined, effects: [], emittedMs: 1500 });
    expect(next.emittingSinceMs).toBeNaN();
    expect(next.deadlines).toEqual(nothingWaited);
    expect(next.stopping).toEqual(stoppingWith({ afterTick: Infinity, sentCount: 0 }));
  });

  it('STOP goes out at once and counts from the newest tick; without a tick every tick counts', () => {
    const next = enterConfirming({
      ...stopped,
      stopping: stoppingWith({ sentCount: 3, answered: true, reconnectUntilMs: 9 }),
    });
    expect(next.stopping).toEqual(stoppingWith({ afterTick: 20, sentCount: 1, reconnectUntilMs: 9 }));
    expect(next.deadlines).toEqual({ ...nothingWaited, stateAtMs: 5300 });
    expect(next.effects).toEqual([{ kind: 'belt.stop' }]);
    expect(enterConfirming(contextWith()).stopping).toEqual(stoppingWith({ afterTick: -1 }));
  });

  it('it is repeated three times, 300 ms apart, and then waited for once more', () => {
    let next = enterConfirming(stopped);
    const sent: number[] = [];
    for (let round = 0; !isStopExhausted(next); round++) {
      next = repeatStop({ ...next, nowMs: next.deadlines.stateAtMs });
      sent.push(next.effects.length);
      expect(round).toBeLessThan(10);
    }
    expect(sent).toEqual([1, 1, 1, 0]);
    expect(next.nowMs).toBe(6200);
    expect(next.deadlines).toEqual({ ...nothingWaited, stateAtMs: 6500 });
    expect(repeatStop(contextWith()).stopping).toMatchObject({ sentCount: 1, afterTick: Infinity });
    expect(isStopExhausted(contextWith())).toBe(false);
    expect(isStopExhausted({ ...stopped, stopping: stoppingWith({ sentCount: 4 }) })).toBe(false);
    expect(isStopExhausted({ ...stopped, stopping: stoppingWith({ sentCount: 5 }) })).toBe(true);
  });

  it('the link is sought again for ten seconds in all, whatever happens in between', () => {
    const first = enterReconnecting(stopped);
    expect(first.stopping?.reconnectUntilMs).toBe(15_000);
    expect(first.deadlines).toEqual({ ...nothingWaited, stateAtMs: 15_000 });
    expect(first.effects).toEqual([{ kind: 'belt.open' }]);
    const later = enterReconnecting({ ...first, nowMs: 14_999 });
    expect(later.stopping?.reconnectUntilMs).toBe(15_000);
    expect(later.effects).toEqual([{ kind: 'belt.open' }]);
    expect(enterReconnecting({ ...first, nowMs: 15_000 }).effects).toEqual([]);
    expect(enterReconnecting({ ...stopped, stopping: undefined }).stopping?.sentCount).toBe(0);
  });

  it('a link that does not answer is dropped before the next try', () => {
    const next = enterRetrying(stopped);
    expect(next).toMatchObject({ linkOpen: false, effects: [{ kind: 'belt.close' }] });
    expect(next.deadlines).toEqual({ ...nothingWaited, stateAtMs: 5500 });
    expect(enterRetrying({ ...stopped, linkOpen: false }).effects).toEqual([]);
  });

  it('then the belt’s record of this session is read', () => {
    const next = enterRecording({ ...stopped, record: 'failed' });
    expect(next.record).toBe(undefined);
    expect(next.effects).toEqual([{ kind: 'belt.readRecord', sessionTag: TAG }]);
    expect(next.deadlines).toEqual({ ...nothingWaited, stateAtMs: 7000 });
  });

  it('at last the link is closed and the book, once it was begun', () => {
    const next = enterClosing({ ...stopped, stopping: stoppingWith({ confirmed: true, darkAtMs: 4900 }) });
    expect(next.effects.map((effect) => effect.kind)).toEqual(['belt.close', 'book.close']);
    expect(next).toMatchObject({ closedAtMs: 5000 });
    expect(next.deadlines).toEqual({ ...nothingWaited, stateAtMs: 10_000 });
    const unbegun = enterClosing(contextWith({ nowMs: 70 }));
    expect(unbegun.effects.map((effect) => effect.kind)).toEqual(['belt.close']);
  });

  it('unless off was confirmed, a belt that may be armed is told STOP once more before the link goes', () => {
    expect(enterClosing(stopped).effects.map((effect) => effect.kind)).toEqual([
      'belt.stop',
      'belt.close',
      'book.close',
    ]);
    const failed = enterClosing({ ...stopped, book: bookWith({ begun: true, failed: 'disk full' }) });
    expect(failed.book).toMatchObject({ begun: true, failed: undefined });
  });
});
