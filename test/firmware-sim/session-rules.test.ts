// How a session on the belt begins, pauses and ends, fact by fact: switches first, then what is said and kept.
import { describe, expect, it } from 'vitest';
import { HAZARD_ROWS, evaluateHazards, respondTo } from '../../firmware-sim/firmware/hazards.ts';
import {
  advanceTo,
  dropLink,
  endSession,
  endWhenComplete,
  enterState,
  finishZone,
  forgetPrescription,
  noteEvent,
  pauseSession,
  startStep,
} from '../../firmware-sim/firmware/session.ts';
import { bareArmed, bareBelt, withOwner, type Bare } from './bare.ts';
import { program } from './bench.ts';

function lit(shape = {}): Bare {
  const bare = bareArmed(program(shape));
  const { fw, board } = bare;
  fw.events = [];
  fw.extraTickWanted = false;
  fw.leaseZones = 0b1111;
  fw.lastLeaseLit = true;
  board.masterClosed = true;
  for (let zone = 0; zone < 4; zone++) {
    if (fw.zoneStatus[zone] !== 1) continue;
    fw.zoneStatus[zone] = fw.entryStatus[fw.zoneEntry[zone]!] = 2;
    fw.setMwPerCm2[zone] = 50;
    fw.zoneLitMs[zone] = 100;
    board.driverMw[zone * 2] = 50;
  }
  return bare;
}
const said = ({ fw }: Bare): string[] =>
  fw.events.map(({ kind, hazard, zone }) => `${kind} ${hazard} ${zone}`);
const isDark = ({ board }: Bare): boolean => !board.masterClosed && board.driverMw.every((mw) => mw === 0);
const rowOf = (hazard: number, response: string) =>
  HAZARD_ROWS.find((row) => row.hazard === hazard && row.response === response)!;

describe('events', () => {
  it('are sixteen at most: the oldest two give way to word of it and to the newest', () => {
    const bare = bareBelt();
    const { fw, flash } = bare;
    for (let count = 1; count <= 16; count++) noteEvent(fw, 'hazard', count, 1);
    expect(fw.events.map(({ number }) => number)).toEqual(
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
    noteEvent(fw, 'stopped');
    expect(said(bare).slice(0, 1)).toEqual(['hazard 3 1']);
    expect(said(bare).slice(-2)).toEqual(['overflow 0 255', 'stopped 0 255']);
    expect(fw.events).toHaveLength(16);
    flash.eventNumber = 0xffff;
    noteEvent(fw, 'stopped');
    expect(fw.events.slice(-2).map(({ number }) => number)).toEqual([0, 1]);
  });
  it('of a state are noted when it changes, and a tick is wanted either way', () => {
    const bare = lit();
    const { fw } = bare;
    fw.nowMs = 1234;
    enterState(fw, 'armed');
    expect([said(bare), fw.stateSinceMs, fw.extraTickWanted]).toEqual([[], 1234, true]);
    enterState(fw, 'countdown');
    expect(said(bare)).toEqual(['stateChanged 0 255']);
  });
});

describe('a pause', () => {
  it('is dark, gives the lease up and keeps what is delivered, once', () => {
    const bare = lit();
    const { fw } = bare;
    fw.deliveredMjPerCm2[0] = 7;
    pauseSession(fw, 'contactLost', 5);
    expect(isDark(bare)).toBe(true);
    expect([fw.state, fw.cause, fw.leaseZones, fw.lastLeaseLit, fw.pauseHazards]).toEqual([
      'paused',
      'contactLost',
      0,
      false,
      16,
    ]);
    expect(said(bare)).toEqual(['stateChanged 0 255']);
    expect(fw.record?.deliveredMjPerCm2[0]).toBe(7);
    fw.nowMs = 1500;
    pauseSession(fw, 'leaseExpired', 13);
    expect([fw.cause, fw.stateSinceMs, fw.pauseHazards]).toEqual(['contactLost', 1000, 16 | 4096]);
  });
  it('without a hazard has none', () => {
    const { fw } = lit();
    pauseSession(fw, 'pausedByCommand');
    expect(fw.pauseHazards).toBe(0);
  });
});

describe('an end', () => {
  it('is dark, closes the record with its cause and forgets the program', () => {
    const bare = lit();
    const { fw, flash } = bare;
    fw.pauseHazards = 2;
    fw.prescription = program();
    fw.digest = fw.nonce = new Uint8Array(8);
    endSession(fw, 'stopped');
    expect(isDark(bare)).toBe(true);
    expect([fw.state, fw.cause, fw.leaseZones, fw.lastLeaseLit, fw.hazards]).toEqual([
      'ended',
      'stopped',
      0,
      false,
      2,
    ]);
    expect([fw.record, fw.prescription, fw.digest, fw.nonce]).toEqual(Array(4).fill(undefined));
    expect(flash.records[0]).toMatchObject({ kind: 'closed', cause: 'stopped', hazards: 2 });
    expect(said(bare)).toEqual(['stateChanged 0 255', 'recordClosed 0 255']);
    expect(flash.lockedOut).toBe(false);
    expect([...fw.zoneStatus]).toEqual([1, 1, 1, 1]);
  });
  it('without a session changes nothing but to forget what was prepared', () => {
    const bare = bareBelt();
    const { fw, flash } = bare;
    fw.pauseHazards = 2;
    endSession(fw, 'stopped');
    expect([fw.state, fw.cause, fw.hazards, said(bare)]).toEqual(['standby', 'none', 0, []]);
    enterState(fw, 'prepared');
    fw.prescription = program();
    fw.events = [];
    endSession(fw, 'stopped');
    expect([fw.state, fw.cause, fw.prescription]).toEqual(['standby', 'none', undefined]);
    expect(said(bare)).toEqual(['stateChanged 0 255']);
    expect(flash.lockedOut).toBe(false);
  });
  it('that comes after the end leaves the state as it is', () => {
    for (const state of ['ended', 'lockout', 'standby'] as const) {
      const { fw } = bareBelt();
      fw.state = state;
      endSession(fw, 'stopped');
      expect([fw.state, fw.events]).toEqual([state, []]);
    }
  });
  it('in lockout is kept in the flash, with a session or without one', () => {
    for (const bare of [lit(), bareBelt()]) {
      endSession(bare.fw, 'hazard', 'lockout');
      expect([bare.fw.state, bare.fw.cause, bare.flash.lockedOut]).toEqual(['lockout', 'hazard', true]);
    }
  });
  it('comes when nothing is left in the last step, and says whether a zone was cut off', () => {
    const bare = lit({ steps: 2 });
    const { fw, flash } = bare;
    fw.zoneStatus.fill(3);
    fw.entryStatus.fill(3);
    endWhenComplete(fw);
    expect(fw.state).toBe('armed');
    fw.step = 1;
    fw.zoneStatus[3] = 1;
    endWhenComplete(fw);
    expect(fw.state).toBe('armed');
    fw.zoneStatus[3] = 3;
    fw.entryStatus[17] = 5;
    endWhenComplete(fw);
    expect([fw.state, fw.cause, flash.records[0]?.cause]).toEqual(['ended', 'completed', 'completed']);
    const cut = lit();
    cut.fw.zoneStatus.fill(3);
    cut.fw.entryStatus[3] = 5;
    endWhenComplete(cut.fw);
    expect(cut.fw.cause).toBe('hazard');
    const idle = bareBelt();
    endWhenComplete(idle.fw);
    expect(idle.fw.state).toBe('standby');
  });
});

describe('a step and a zone', () => {
  it('begin anew: dark, without a ceiling, with the zones of the step alone', () => {
    const bare = lit({ steps: 3, zones: [0, 2] });
    const { fw } = bare;
    fw.ceiling = 0.5;
    for (const list of [fw.zoneStarts, fw.deviationMs, fw.deadMs]) list.fill(3);
    fw.entryStatus.fill(0);
    startStep(fw, 1);
    expect(isDark(bare)).toBe(true);
    expect([fw.step, fw.ceiling, fw.leaseZones]).toEqual([1, 0, 0]);
    expect([...fw.zoneEntry]).toEqual([2, -1, 3, -1]);
    expect([...fw.zoneStatus]).toEqual([1, 0, 1, 0]);
    expect([...fw.entryStatus.subarray(0, 6)]).toEqual([1, 1, 1, 1, 0, 0]);
    expect([...fw.zoneStarts, ...fw.deviationMs, ...fw.deadMs].every((value) => value === 0)).toBe(true);
    expect(fw.record?.marginMjPerCm2[0]).toBe(0);
    expect(fw.record?.marginMjPerCm2[2]).toBeGreaterThan(0);
  });
  it('a zone that is over is dark, and the master opens with the last of them', () => {
    const bare = lit({ zones: [1, 2] });
    const { fw, board } = bare;
    finishZone(fw, 1, 5, 8);
    expect([board.driverMw[2], board.driverMw[4], board.masterClosed]).toEqual([0, 50, true]);
    expect([fw.setMwPerCm2[1], fw.zoneLitMs[1], fw.zoneStatus[1], fw.entryStatus[0]]).toEqual([0, 0, 5, 5]);
    expect(fw.extraTickWanted).toBe(true);
    expect(said(bare)).toEqual(['zoneEnded 8 1']);
    finishZone(fw, 1, 3);
    finishZone(fw, 0, 3);
    fw.zoneStatus[0] = 1;
    finishZone(fw, 0, 3);
    expect(said(bare)).toHaveLength(1);
    expect(fw.zoneStatus[1]).toBe(5);
    finishZone(fw, 2, 3);
    expect(isDark(bare)).toBe(true);
    expect(said(bare).at(-1)).toBe('zoneEnded 0 2');
  });
});

describe('a link that goes', () => {
  it("ends the owner's session with its cause, forgets what the owner prepared, and is nothing for others", () => {
    const bare = lit();
    withOwner(bare);
    const { fw } = bare;
    const owner = fw.links[0]!;
    dropLink(fw, { ...owner, id: 2 }, 'linkLost');
    expect([fw.state, fw.owner, fw.links.length]).toEqual(['armed', owner, 1]);
    dropLink(fw, owner, 'superseded');
    expect([fw.state, fw.cause, fw.owner, fw.links.length]).toEqual(['ended', 'superseded', undefined, 0]);
    const prepared = bareBelt();
    withOwner(prepared);
    enterState(prepared.fw, 'prepared');
    prepared.fw.prescription = program();
    dropLink(prepared.fw, prepared.fw.owner!, 'linkLost');
    expect([prepared.fw.state, prepared.fw.prescription]).toEqual(['standby', undefined]);
    const ended = bareBelt();
    ended.fw.state = 'ended';
    forgetPrescription(ended.fw);
    expect(ended.fw.state).toBe('ended');
  });
  it('light up to now is counted before an input changes anything, and only in a session', () => {
    const { fw } = lit();
    advanceTo(fw, 1007);
    expect([fw.entryOnMs[0], fw.nowMs]).toEqual([7, 1007]);
    fw.record = undefined;
    advanceTo(fw, 1010);
    expect([fw.entryOnMs[0], fw.nowMs]).toEqual([7, 1010]);
  });
});

describe('what follows a hazard', () => {
  it('a pause, counted as a loss of contact when it is one', () => {
    const bare = lit();
    respondTo(bare.fw, rowOf(5, 'pause'), 0b0100);
    respondTo(bare.fw, rowOf(13, 'pause'), 0b1111);
    expect([bare.fw.state, bare.fw.contactLossCount, isDark(bare)]).toEqual(['paused', 1, true]);
    expect(said(bare)).toEqual(['stateChanged 0 255', 'hazard 5 2', 'hazard 13 255']);
  });
  it('the end of the zones it was found in', () => {
    const bare = lit();
    const { fw } = bare;
    respondTo(fw, rowOf(8, 'cutZone'), 0b0101);
    respondTo(fw, rowOf(12, 'endZone'), 0b1000);
    expect([...fw.zoneStatus]).toEqual([5, 2, 5, 4]);
    expect(said(bare)).toEqual([
      'hazard 8 0',
      'zoneEnded 8 0',
      'hazard 8 2',
      'zoneEnded 8 2',
      'hazard 12 3',
      'zoneEnded 12 3',
    ]);
    expect([fw.hazards, bare.flash.latched]).toEqual([(1 << 7) | (1 << 11), 0]);
  });
  it('the end of the session, latched when the row says so', () => {
    const bare = lit();
    respondTo(bare.fw, rowOf(4, 'end'), 0b0010);
    expect([bare.fw.state, bare.flash.latched, bare.fw.hazards, isDark(bare)]).toEqual(['ended', 8, 8, true]);
    expect(said(bare).at(-1)).toBe('hazard 4 1');
    const loose = lit();
    respondTo(loose.fw, rowOf(6, 'end'), 0b0010);
    expect([loose.fw.state, loose.flash.latched]).toEqual(['ended', 0]);
  });
  it('a lockout stays one, and what is latched and found again only keeps the belt dark', () => {
    const bare = lit();
    const { fw, board } = bare;
    respondTo(fw, rowOf(10, 'lockout'), 0b0001);
    expect([fw.state, bare.flash.lockedOut]).toEqual(['lockout', true]);
    respondTo(fw, rowOf(7, 'end'), 0b0001);
    expect(fw.state).toBe('lockout');
    const { length } = fw.events;
    board.masterClosed = true;
    respondTo(fw, rowOf(7, 'end'), 0b0001);
    expect([board.masterClosed, fw.events.length]).toEqual([false, length]);
  });
  it('is looked for without a session only where the row says always', () => {
    const idle = bareBelt();
    idle.fw.badFrameCount = 9;
    evaluateHazards(idle.fw, 'fast', 10);
    expect(said(idle)).toEqual([]);
    idle.board.monitorMw[0] = 50;
    evaluateHazards(idle.fw, 'slow', 100);
    expect(idle.fw.state).toBe('standby');
    evaluateHazards(idle.fw, 'fast', 100);
    expect(idle.fw.state).toBe('lockout');
  });
});
