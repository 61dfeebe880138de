// What mutants of the session's facts showed to be held by no test: each of them is a rule that somebody relies on.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import { hasShortfall, sumZones } from '../../src/session/booking.ts';
import { NO_CLOCK_WATCH } from '../../src/session/clocks.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { judge } from '../../src/session/judge.ts';
import { note } from '../../src/session/note.ts';
import { noteOpened } from '../../src/session/preflight.ts';
import {
  bookWith,
  contextWith,
  INPUT,
  lighting,
  ONE_ZONE,
  recordWith,
  treating,
  withDoses,
} from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

describe('light that nobody saw', () => {
  /** 0.44 of 0.5 J/cm², and a lease that may have gone on for a second. */
  const unseen = withDoses(treating({ lease: { litEndMs: 6000, zoneEndMs: [6000], litStep: 0 } }, ONE_ZONE), {
    atMs: 5000,
    reportedJPerCm2: 0.44,
    integratedJPerCm2: 0.44,
    commandedJPerCm2: 0.44,
  });

  it('is booked', () => {
    expect(sumZones(unseen)[0]?.deliveredJPerCm2).toBeCloseTo(0.44 + 0.075, 9);
    expect(sumZones(unseen)[0]?.certainty).toBe('upperBound');
  });

  it('may have been what a zone seems to lack', () => {
    expect(hasShortfall(unseen)).toBe(false);
    expect(hasShortfall({ ...unseen, record: recordWith() })).toBe(true);
  });
});

describe('hazards', () => {
  const shining = { lit: true, status: 'emitting', contact: true, radiantPowerMw: 50 } as const;
  const bit = (number: number): number => 1 << (number - 1);

  it('before the belt was seen in this session withhold nothing of its zones', () => {
    const withheldOf = (sessionSeen: boolean) =>
      judge(lighting({ reportedJPerCm2: 0.5 }, {}, { sessionSeen }), 5000, 4750).doses[0]?.withheld;
    expect([withheldOf(true), withheldOf(false)]).toEqual(['reached', 'no']);
  });

  it('a zone that ends short does not make a pause of the belt ours', () => {
    const late = lighting({ emissionMs: 12_000 }, { contact: true }, {}, { hazards: bit(13) });
    const judged = judge(late, 5000, 4750);
    expect(judged.active.map(({ id, response, by }) => [id, response, by])).toEqual([
      ['H12', 'endShort', 'controller'],
      ['H13', 'pause', 'belt'],
    ]);
    expect(judged.pauseWanted).toBe(undefined);
    expect([judged.reasons, judged.strays]).toEqual([[], []]);
  });

  it('skin that warms too fast pauses for a hazard', () => {
    let context = lighting({ litSinceMs: 0 }, {}, { presentAtMs: 60_000 });
    for (let tick = 1; tick <= 240 && context.pauseWanted === undefined; tick++) {
      const nowMs = 5000 + tick * 250;
      const zones = [zoneReport(0, { ...shining, skinTemperatureC: 33 + tick * 0.02 })];
      const next = report(20 + tick, { state: 'armed', zones });
      context = judge({ ...context, nowMs, stampAtMs: nowMs, report: next }, nowMs, nowMs - 250);
    }
    expect(context.pauseWanted).toBe('hazard');
    expect(context.active.map(({ id }) => id)).toContain('H03');
  });
});

describe('what is told reaches whom it concerns', () => {
  const told = (event: SessionEvent, context = treating()): SessionContext => note(context, event);
  const AT = { atMs: 5100 };
  const old = { sessionTag: 'aa', beltId: PROFILE.beltId, address: 'sim', planName: 'old', zones: [] };

  it('the person', () => {
    expect(told({ type: 'operator.stop', ...AT, cause: 'hangup' }).reasons).toEqual([
      { kind: 'stop', cause: 'hangup' },
    ]);
    expect(told({ type: 'operator.abandon', ...AT }).reasons).toEqual([{ kind: 'abandon' }]);
    expect(told({ type: 'operator.present', ...AT }).presentAtMs).toBe(5100);
    expect(told({ type: 'operator.pause', ...AT }).pauseWanted).toBe('operator');
    const noticed = treating({ notice: 'not resumed: the belt refused; try again' });
    expect(told({ type: 'operator.resume', ...AT }, noticed).notice).toBe(undefined);
  });

  it('the dose book', () => {
    const refused = told(
      {
        type: 'book.refused',
        ...AT,
        hazard: 'H19',
        detail: 'too soon',
        allowedAt: '2026-01-02T00:00:00.000Z',
      },
      contextWith(),
    );
    expect(refused.book.refused).toEqual({ hazard: 'H19', detail: 'too soon' });
    const pending = contextWith({ record: 'none', book: bookWith({ pending: [old] }) });
    const reconciled = told({ type: 'book.reconciled', ...AT, sessionTag: 'aa' }, pending);
    expect([reconciled.book.pending, reconciled.record]).toEqual([[], undefined]);
    expect(told({ type: 'book.closed', ...AT }).book.closed).toBe(true);
    expect(told({ type: 'book.failed', ...AT, detail: 'disk full' }).book.failed).toBe('disk full');
  });

  it('light counts since the newest tick before, however many there were', () => {
    const clocks = { ...NO_CLOCK_WATCH, firstAtMs: 250, baselineMs: 0, count: 3 };
    const context = treating({
      report: report(19, { state: 'armed', emission: true }),
      clocks: { ...clocks, recentMs: [0, 0, 0], recentAtMs: [250, 500, 4750] },
    });
    const next = told({ type: 'belt.tick', ...AT, report: report(20, { state: 'armed' }) }, context);
    expect(next.sessionEmissionMs).toBe(350);
  });
});

describe('the belt is there', () => {
  it('but the visit has had its light: nothing is begun', () => {
    const opened = (emissionMaxMs: number) =>
      noteOpened(contextWith({ input: { ...INPUT, emissionMaxMs } }), PROFILE, 100).reasons;
    expect(opened(0)).toEqual([
      {
        kind: 'refused',
        detail: 'This visit has had its 30 minutes of light. Nothing more is given in it.',
      },
    ]);
    expect(opened(1)).toEqual([]);
  });

  it.each([
    [780, true],
    [781, false],
  ])('pulses at %d nm are seen: %s', (wavelengthNm, isSeen) => {
    const program = programOf([[zoneOf(0, { wavelengthNm, pulseFrequencyHz: 10 })]]);
    const emitters = [
      { zone: 0, wavelengthNm, areaCm2: 1, radiantPowerMaxMw: 100, irradianceMaxMwPerCm2: 100 },
    ];
    const context = contextWith({ input: { ...INPUT, resolve: () => ({ ok: true, program }) } });
    expect(noteOpened(context, { ...PROFILE, emitters }, 100).flickersVisibly).toBe(isSeen);
  });
});
