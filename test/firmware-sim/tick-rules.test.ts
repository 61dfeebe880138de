// What the belt tells of itself in a tick, when it sends one and to whom.
import { describe, expect, it } from 'vitest';
import { acceptLink, takeSubscription } from '../../firmware-sim/firmware/inputs.ts';
import {
  isEmissionMeasured,
  resendEvents,
  sendDueTicks,
  sendEvent,
  sendTick,
  sendWantedTick,
} from '../../firmware-sim/firmware/ticks.ts';
import type { Firmware } from '../../firmware-sim/firmware/state.ts';
import {
  createTickAssembler,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
} from '../../protocol/codec.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME, type BeltEvent, type Tick } from '../../protocol/messages.ts';
import { bareArmed, bareBelt, withOwner, type Bare } from './bare.ts';
import { program } from './bench.ts';

/** The next tick, as the owner reads it. */
function told(bare: Bare): Tick {
  if (bare.fw.links.length === 0) withOwner(bare);
  bare.sent.length = 0;
  sendTick(bare.fw);
  const assembler = createTickAssembler(4);
  const envelope = createPlainEnvelope();
  let tick: Tick | undefined;
  for (const { characteristic, bytes } of bare.sent) {
    expect(characteristic).toBe('tick');
    const frame = envelope.open(bytes);
    if (!frame.ok) throw new Error(frame.problem);
    const { type, at, length } = frame;
    if (type === FRAME.tickState) {
      const part = decodeTickState(frame.bytes, at, length);
      if (part.ok) tick = assembler.state(part.value) ?? tick;
    } else if (type === FRAME.tickDetail) {
      const part = decodeTickDetail(frame.bytes, at, length);
      if (part.ok) tick = assembler.detail(part.value) ?? tick;
    } else {
      const part = decodeTickZone(frame.bytes, at, length);
      if (part.ok) tick = assembler.zone(part.value) ?? tick;
    }
  }
  if (tick === undefined) throw new Error('no whole tick');
  return tick;
}
const event: BeltEvent = {
  number: 7,
  kind: 'stopped',
  state: 'ended',
  cause: 'stopped',
  hazard: 0,
  zone: 0xff,
  tickLow16: 3,
};

describe('a tick tells of each zone', () => {
  it('its state, contact, light, power, dose and skin', () => {
    const bare = bareArmed(program({ zones: [0, 2] }));
    const { fw, board } = bare;
    fw.zoneStatus[2] = 2;
    fw.setMwPerCm2[2] = 50;
    board.monitorMw[4] = 49.5;
    board.monitorMw[0] = 0.25;
    fw.deliveredMjPerCm2[0] = 12.5;
    fw.deliveredMjPerCm2[1] = 1234.5;
    fw.skinC[0] = 33.25;
    fw.skinC[1] = NaN;
    board.contact[1] = 0;
    const { zones } = told(bare);
    expect(zones.map(({ zone }) => zone)).toEqual([0, 1, 2, 3]);
    expect(zones.map(({ status }) => status)).toEqual(['waiting', 'idle', 'emitting', 'idle']);
    expect(zones.map(({ contact }) => contact)).toEqual([true, false, true, true]);
    expect(zones.map(({ lit }) => lit)).toEqual([false, false, true, false]);
    expect(zones.map(({ powerCentiMw }) => powerCentiMw)).toEqual([25, 0, 4950, 0]);
    expect(zones.map(({ deliveredTenMicroJPerCm2 }) => deliveredTenMicroJPerCm2)).toEqual([
      1250, 0, 123_450, 0,
    ]);
    expect(zones[0]?.skinTemperatureCentiC).toBe(3325);
    expect(zones[1]?.skinTemperatureCentiC).toBeUndefined();
  });
  it('skin at -20 °C or below is no reading; what is below 0 °C is told as 0 °C', () => {
    const bare = bareArmed();
    bare.fw.skinC[0] = -20;
    bare.fw.skinC[1] = -19.5;
    bare.fw.skinC[2] = 10;
    const { zones } = told(bare);
    expect(zones[0]?.skinTemperatureCentiC).toBeUndefined();
    expect(zones[1]?.skinTemperatureCentiC).toBe(0);
    expect(zones[2]?.skinTemperatureCentiC).toBe(1000);
  });
});

describe('a tick tells of the belt', () => {
  it('that it emits when the master is closed or a photodiode sees more than 2 % of full scale', () => {
    const emission = (closed: boolean, mw: number): boolean => {
      const bare = bareArmed();
      bare.board.masterClosed = closed;
      bare.board.monitorMw[7] = mw;
      expect(isEmissionMeasured(bare.fw)).toBe(!(mw <= 0.1));
      return told(bare).emission;
    };
    expect([emission(false, 0.1), emission(false, 0.11), emission(true, 0)]).toEqual([false, true, true]);
    expect(isEmissionMeasured(bareBelt().fw)).toBe(false);
    const { fw, board } = bareBelt();
    board.monitorMw[0] = NaN;
    expect(isEmissionMeasured(fw)).toBe(true);
  });
  it('that a lease lives while the coming step still ends within it', () => {
    const live = (change: (fw: Firmware) => void): boolean => {
      const bare = bareArmed();
      bare.fw.leaseTaken = true;
      bare.fw.leaseEndMs = 1010;
      change(bare.fw);
      return told(bare).leaseLive;
    };
    expect(live(() => undefined)).toBe(true);
    expect(live((fw) => void (fw.leaseEndMs = 1009))).toBe(false);
    expect(live((fw) => void (fw.leaseTaken = false))).toBe(false);
    expect(live((fw) => void (fw.record = undefined))).toBe(false);
  });
  it('the age of the newest lease in ticks, fifteen for none or for any that is older', () => {
    const age = (leaseTick: number, change?: (fw: Firmware) => void): number => {
      const bare = bareArmed();
      bare.fw.leaseTaken = true;
      bare.fw.leaseTick = leaseTick;
      change?.(bare.fw);
      return told(bare).leaseAgeTicks;
    };
    expect([age(20), age(7), age(6), age(5), age(1)]).toEqual([1, 14, 15, 15, 15]);
    expect(age(20, (fw) => void (fw.leaseTaken = false))).toBe(15);
    expect(age(20, (fw) => void (fw.record = undefined))).toBe(15);
  });
  it('whether events wait, and every hazard of the session, the pause and the latches', () => {
    const bare = bareArmed();
    bare.fw.events = [];
    bare.fw.hazards = 1;
    bare.fw.pauseHazards = 2;
    bare.flash.latched = 4;
    expect(told(bare)).toMatchObject({ eventPending: false, hazards: 7 });
    bare.fw.events = [event];
    expect(told(bare).eventPending).toBe(true);
  });
  it('after the photodiodes were converted again, with the next number, and remembers when', () => {
    const bare = bareArmed();
    bare.fw.nowMs = 1234.5;
    expect(told(bare)).toMatchObject({ tick: 21, uptimeMs: 1234 });
    expect(bare.board.sampleCount).toBe(1);
    expect(bare.fw.tickTimes[21 % 16]).toBe(1234.5);
  });
});

describe('who is told', () => {
  it('ticks and events go to those who asked for them, on their own characteristic', () => {
    const bare = bareBelt();
    const { fw, sent } = bare;
    acceptLink(fw, 1);
    acceptLink(fw, 2);
    takeSubscription(fw, 1, 'tick', true, 0);
    takeSubscription(fw, 2, 'events', true, 0);
    sendTick(fw);
    expect(new Set(sent.map(({ link, characteristic }) => `${link} ${characteristic}`))).toEqual(
      new Set(['1 tick']),
    );
    sent.length = 0;
    sendEvent(fw, event);
    fw.events = [event, event];
    resendEvents(fw, fw.links[1]!);
    expect(sent.map(({ link, characteristic }) => `${link} ${characteristic}`)).toEqual([
      '2 events',
      '2 events',
      '2 events',
    ]);
  });
});

describe('when a tick is sent', () => {
  const sentAt = (fw: Firmware, nowMs: number): boolean => {
    const { tick } = fw;
    fw.nowMs = nowMs;
    sendDueTicks(fw);
    return fw.tick > tick;
  };
  it('every 250 ms, on a grid that a late one does not move', () => {
    const { fw } = bareArmed();
    expect([1249, 1250, 1251, 1499, 1510, 1740, 1749, 1750].map((at) => sentAt(fw, at))).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });
  it('after a gap that is longer than the grid, once, and then 250 ms later', () => {
    const { fw } = bareArmed();
    expect([1500, 1501, 1749, 1750].map((at) => sentAt(fw, at))).toEqual([true, false, false, true]);
    expect([9000, 9010, 9249, 9250].map((at) => sentAt(fw, at))).toEqual([true, false, false, true]);
  });
  it('in between when something asks for it, 20 ms apart at least', () => {
    const { fw } = bareArmed();
    const wantedAt = (nowMs: number): boolean => {
      const { tick } = fw;
      fw.nowMs = nowMs;
      fw.extraTickWanted = true;
      sendWantedTick(fw);
      return fw.tick > tick;
    };
    expect([1010, 1029, 1030, 1049.9, 1050].map(wantedAt)).toEqual([true, false, true, false, true]);
    fw.extraTickWanted = false;
    expect(sentAt(fw, 1100)).toBe(false);
    fw.extraTickWanted = true;
    expect(sentAt(fw, 1110)).toBe(true);
    expect(fw.extraTickWanted).toBe(false);
    expect(sentAt(fw, 1140)).toBe(false);
    fw.extraTickWanted = true;
    expect(sentAt(fw, 1250)).toBe(true);
    expect(fw.extraTickWanted).toBe(false);
  });
});
