import { describe, expect, it } from 'vitest';
import { createOpenRig } from './support/rig.ts';
import { eventOf, obedient, tickOf } from './support/scripted-belt.ts';

describe('what the belt tells', () => {
  it('a tick in the units of a clinician', () => {
    const rig = createOpenRig();
    rig.scripted.sendTick(tickOf(9, { state: 'armed', emission: true, epoch: 3, commandId: 4 }));
    const [tick] = rig.of('belt.tick');
    expect(tick?.report).toMatchObject({
      tick: 9,
      state: 'armed',
      emission: true,
      epoch: 3,
      beltTimeMs: 2250,
    });
    expect(tick?.report.zones[0]).toMatchObject({
      radiantPowerMw: 12.34,
      deliveredJPerCm2: 1.5,
      skinTemperatureC: 33.12,
    });
    expect(tick?.report.zones[1]?.skinTemperatureC).toBeNaN();
  });

  it('drops ticks that are old, repeated or incomplete: they must not renew anything', () => {
    const rig = createOpenRig();
    rig.scripted.sendTick(tickOf(9));
    rig.scripted.sendTick(tickOf(9));
    rig.scripted.sendTick(tickOf(8));
    rig.scripted.sendTick(tickOf(10, { zones: tickOf(10).zones.slice(0, 1) }));
    rig.scripted.sendTick(tickOf(12));
    expect(rig.of('belt.tick').map((event) => event.report.tick)).toEqual([9, 12]);
    expect(rig.of('belt.badFrame')).toEqual([]);
  });

  it('counts damaged frames, frames in the wrong place and codes that do not exist, and goes on', () => {
    const rig = createOpenRig();
    rig.scripted.sendRaw('tick', Uint8Array.of(0x5a, 1, 2, 3));
    rig.scripted.sendRaw('tick', new Uint8Array(0));
    rig.scripted.sendRaw('events', new Uint8Array(400).fill(0xff));
    rig.scripted.sendBody('events', 0x3c, Uint8Array.of(3, 0xf0), 2);
    rig.scripted.sendBody('tick', 0x5a, new Uint8Array(9), 9);
    expect(rig.of('belt.badFrame').map((event) => event.count)).toEqual([1, 2, 3, 4, 5]);
    rig.scripted.sendTick(tickOf(1));
    expect(rig.of('belt.tick')).toHaveLength(1);
  });

  it('each event once, and confirms it; the confirmation gives way to a command', () => {
    const rig = createOpenRig();
    rig.scripted.script = (command) => (command.op === 'confirmEvents' ? undefined : { code: 'ok' });
    rig.scripted.sendEvent(eventOf(41));
    rig.scripted.sendEvent(eventOf(41));
    rig.belt.pause();
    expect(rig.of('belt.noticed')).toMatchObject([{ kind: 'zoneEnded', zone: 1, cause: 'none' }]);
    expect(rig.scripted.commands.map((command) => command.op)).toEqual(['confirmEvents', 'pause']);
    expect(rig.scripted.commands[0]?.operand).toEqual(Uint8Array.of(41, 0));
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'pause', outcome: { kind: 'acknowledged' } }]);
  });

  it('confirms again later, not at once, when a confirmation was lost', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.scripted.sendEvent(eventOf(1));
    for (let tick = 1; tick <= 40; tick++) {
      rig.clock.advance(250);
      rig.scripted.sendTick(tickOf(tick));
    }
    expect(rig.scripted.commands.length).toBeGreaterThanOrEqual(4);
    expect(rig.scripted.commands.length).toBeLessThanOrEqual(6);
    rig.scripted.script = obedient;
    rig.clock.advance(2000);
    rig.scripted.sendTick(tickOf(41));
    const sentCount = rig.scripted.commands.length;
    rig.clock.advance(20_000);
    rig.scripted.sendTick(tickOf(42));
    expect(rig.scripted.commands).toHaveLength(sentCount);
  });

  it('poll asks for a tick without an answer event and without delaying a command', () => {
    const rig = createOpenRig();
    rig.scripted.script = (command) => (command.op === 'poll' ? undefined : { code: 'ok' });
    rig.belt.poll();
    rig.belt.pause();
    expect(rig.scripted.commands.map((command) => command.op)).toEqual(['poll', 'pause']);
    rig.clock.advance(5000);
    expect(rig.of('belt.answered')).toHaveLength(1);
  });

  it('a lost link: the command under way is unknown, a running record read has failed, link.lost comes last', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.scripted.recordScript = () => undefined;
    rig.belt.pause();
    rig.belt.readRecord('newest');
    rig.scripted.drop('out of range');
    expect(rig.events.map((event) => event.type)).toEqual(['belt.answered', 'belt.record', 'link.lost']);
    expect(rig.of('link.lost')).toMatchObject([{ reason: 'lost', detail: 'out of range' }]);
    rig.clock.advance(60_000);
    expect(rig.events).toHaveLength(3);
    expect(rig.clock.nextDeadlineMs()).toBeUndefined();
  });

  it('can be opened again after the link was lost', () => {
    const rig = createOpenRig();
    rig.scripted.drop('out of range');
    rig.belt.open();
    rig.clock.advance(0);
    rig.scripted.sendTick(tickOf(1));
    expect(rig.events.map((event) => event.type)).toEqual(['link.lost', 'belt.opened', 'belt.tick']);
  });
});
