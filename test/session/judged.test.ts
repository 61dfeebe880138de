// From a verdict to facts: what is recorded, what ends the session, what pauses it.
import { describe, expect, it } from 'vitest';
import type { EndReason, SessionContext } from '../../src/session/context.ts';
import { addReason, judge } from '../../src/session/judge.ts';
import { bookWith, contextWith, treating } from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { report, zoneReport } from './support/scripted.ts';

const at = (context: SessionContext, nowMs = context.nowMs): SessionContext =>
  judge(context, nowMs, nowMs - 250);
const armedWith = (more: object): SessionContext =>
  treating({ report: report(20, { state: 'armed', ...more }) });
const endings = (context: SessionContext): readonly string[] =>
  context.reasons.map((reason) =>
    reason.kind === 'hazard' ? `${reason.hazard.id} ${reason.hazard.response}` : reason.kind,
  );
const zones = (zone: number, more: object) =>
  [0, 1, 2, 3].map((one) => zoneReport(one, one === zone ? more : {}));
const hazardBit = (number: number): number => 1 << (number - 1);

describe('reasons to end', () => {
  it('are kept in order, sixteen at most', () => {
    let context = contextWith();
    const reasons = Array.from({ length: 20 }, (_, index): EndReason => ({
      kind: 'failure',
      detail: `${index}`,
    }));
    for (const reason of reasons) context = addReason(context, reason);
    expect(context.reasons).toEqual(reasons.slice(0, 16));
  });
});

describe('the judgement of a moment', () => {
  it('all well: nothing is recorded and nothing happens', () => {
    const next = at(treating());
    expect(next).toMatchObject({ active: [], hazards: [], reasons: [], strays: [], warnings: [] });
    expect(next.pauseWanted).toBe(undefined);
  });

  it('skin too warm ends the session, once, however long it lasts', () => {
    const hot = armedWith({ zones: zones(1, { skinTemperatureC: 44 }) });
    const next = at(hot);
    expect(endings(next)).toEqual(['H01 cutoff']);
    expect(next.hazards).toEqual([{ id: 'H01', zone: 1, response: 'cutoff', by: 'controller' }]);
    const again = at({ ...next, nowMs: 5250 });
    expect(endings(again)).toEqual(['H01 cutoff']);
    expect(again.hazards).toEqual(next.hazards);
  });

  it('the same hazard in another zone is recorded as well, and is no second reason', () => {
    const next = at(
      armedWith({ zones: [0, 1, 2, 3].map((zone) => zoneReport(zone, { skinTemperatureC: 44 })) }),
    );
    expect(next.hazards.map((hazard) => hazard.zone)).toEqual([0, 1, 2, 3]);
    expect(endings(next)).toEqual(['H01 cutoff']);
  });

  it('another hazard is another reason', () => {
    const next = at(armedWith({ zones: zones(1, { skinTemperatureC: 44 }) }));
    const failed = at({ ...next, linkOpen: true, badFrameCount: 3, report: report(21, { state: 'armed' }) });
    expect(endings(failed)).toEqual(['H01 cutoff', 'H15 cutoff']);
  });

  it('the log holds sixty-four', () => {
    const known = Array.from(
      { length: 64 },
      () => ({ id: 'H99' as 'H01', zone: null, response: 'cutoff', by: 'belt' }) as const,
    );
    const full = at({ ...armedWith({ zones: zones(1, { skinTemperatureC: 44 }) }), hazards: known });
    expect(full.hazards).toBe(known);
    const almost = at({
      ...armedWith({ zones: zones(1, { skinTemperatureC: 44 }) }),
      hazards: known.slice(1),
    });
    expect(almost.hazards).toHaveLength(64);
  });

  it('lost contact pauses while light is due, and only then', () => {
    const off = { zones: zones(0, { contact: false }) };
    expect(at(armedWith(off))).toMatchObject({ pauseWanted: 'contactLost', reasons: [] });
    expect(at({ ...armedWith(off), phase: 'countdown' }).pauseWanted).toBe(undefined);
    expect(at({ ...armedWith(off), armedAtMs: NaN }).pauseWanted).toBe(undefined);
    expect(at({ ...armedWith(off), pauseWanted: 'operator' }).pauseWanted).toBe('operator');
  });

  it('a status older than 850 ms pauses, older than 2.85 s ends', () => {
    expect(at(treating(), 5850).pauseWanted).toBe(undefined);
    expect(at(treating(), 5851)).toMatchObject({ pauseWanted: 'stale', reasons: [] });
    expect(endings(at(treating(), 7851))).toEqual(['H14 cutoff']);
  });

  it('nobody there pauses as unattended', () => {
    expect(at(treating({ presentAtMs: 5000 - 661_000 })).pauseWanted).toBe('unattended');
  });

  it('a pause of the belt’s own is read from its state, not from its list', () => {
    expect(at(armedWith({ hazards: hazardBit(5) }))).toMatchObject({ reasons: [] });
    expect(at(armedWith({ hazards: hazardBit(5) })).pauseWanted).toBe(undefined);
  });

  it('what the belt names as a cutoff ends the session', () => {
    expect(endings(at(armedWith({ hazards: hazardBit(1) })))).toEqual(['H01 cutoff']);
  });
});

describe('deadlines of the moment', () => {
  it('the status goes stale 851 ms after its stamp; a closed link and the way out wait for none', () => {
    expect(at(treating()).deadlines).toMatchObject({ statusAtMs: 5851, presenceAtMs: 605_000 });
    expect(at(treating({ stampAtMs: 4900 })).deadlines.statusAtMs).toBe(5751);
    expect(at(treating({ linkOpen: false })).deadlines.statusAtMs).toBe(Infinity);
    expect(at(treating({ phase: 'stopping' })).deadlines).toMatchObject({
      statusAtMs: Infinity,
      presenceAtMs: Infinity,
    });
  });

  it('they are the very same as long as they do not move', () => {
    const first = at(treating());
    expect(at(first).deadlines).toBe(first.deadlines);
    const moved = at({ ...first, presentAtMs: 4000 });
    expect(moved.deadlines).toEqual({ ...first.deadlines, presenceAtMs: 604_000 });
    expect(at({ ...first, stampAtMs: 4000 }).deadlines).toEqual({
      ...first.deadlines,
      statusAtMs: 4851 + 2000,
    });
    expect(moved.deadlines.stateAtMs).toBe(Infinity);
  });
});

describe('light that ought not to be', () => {
  const dark = { status: 'done', lit: false } as const;
  const stray = (more: object = {}): SessionContext =>
    treating({
      report: report(20, {
        state: 'armed',
        zones: [0, 1, 2, 3].map((zone) =>
          zoneReport(zone, { ...dark, ...(zone === 2 ? { radiantPowerMw: 20 } : {}) }),
        ),
      }),
      ...more,
    });
  /** Twice: once seen, and still so when what is dark must have settled. */
  const seen = (context: SessionContext): SessionContext => judge(at(context), 5100, 4850);

  it('is noted for its zone from the tick before, once', () => {
    const next = seen(stray());
    expect(next.strays).toEqual([{ zone: 2, sinceMs: expect.any(Number) as number }]);
    expect(next.strays[0]?.sinceMs).toBeLessThan(5000);
    expect(judge(next, 5300, 5100).strays).toEqual(next.strays);
    expect(endings(next)).toEqual(['H10 lockout']);
  });

  it('the belt’s own word counts while it says that there is light', () => {
    const said = (emission: boolean): SessionContext =>
      at(treating({ report: report(20, { state: 'ended', emission, hazards: hazardBit(10) }) }));
    expect(said(true).strays).toEqual([{ zone: null, sinceMs: 4750 }]);
    expect(said(false).strays).toEqual([]);
    expect(said(false).hazards).toContainEqual({ id: 'H10', zone: null, response: 'lockout', by: 'belt' });
  });
});

describe('before arming', () => {
  it('what would end or pause a session refuses it', () => {
    const refused = at(
      contextWith({
        phase: 'preflight',
        nowMs: 5000,
        linkOpen: true,
        openedAtMs: 4900,
        identityDiffers: true,
      }),
    );
    expect(endings(refused)).toHaveLength(1);
    expect(refused.pauseWanted).toBe(undefined);
    const book = at(
      contextWith({
        phase: 'preflight',
        nowMs: 5000,
        linkOpen: true,
        openedAtMs: 4900,
        book: bookWith({ refused: { hazard: 'H19', detail: 'x' } }),
      }),
    );
    expect(endings(book)[0]).toMatch(/^H19/);
  });

  it('zones count only once the session’s own states were seen', () => {
    const given = treating({ sessionSeen: false }, programOf([[zoneOf(0)]]));
    expect(
      at({ ...given, doses: given.doses.map((dose) => ({ ...dose, reportedJPerCm2: 9 })) }).doses[0]
        ?.withheld,
    ).toBe('no');
    const own = {
      ...given,
      sessionSeen: true,
      doses: given.doses.map((dose) => ({ ...dose, reportedJPerCm2: 0.5 })),
    };
    expect(at(own).doses[0]?.withheld).toBe('reached');
  });
});
