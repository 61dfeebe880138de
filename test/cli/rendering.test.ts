import { describe, expect, it } from 'vitest';
import { createPainter } from '../../src/cli/painter.ts';
import { outcomeRecord, renderOutcome } from '../../src/cli/render-outcome.ts';
import {
  formatDuration,
  headlineOf,
  progressOf,
  renderPlainLine,
  renderSession,
} from '../../src/cli/render-session.ts';
import {
  createPaint,
  fitWidth,
  isColourWanted,
  isUnicodeWanted,
  plainPaint,
  printable,
  widthOf,
} from '../../src/cli/style.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { sessionStatus, zoneStatus } from './support.ts';

const plain = { columns: 90, paint: plainPaint, isUnicode: true };

const OUTCOME: SessionOutcome = {
  outcome: 'cutoff',
  emissionOff: 'unconfirmed',
  hazard: 'H13',
  hazards: ['H13'],
  session: '0123456789abcdef',
  plan: 'low-back-spasm',
  durationMs: 65_400,
  emissionMs: 0,
  zones: [
    {
      zone: 'L1',
      wavelengthNm: 808,
      prescribedJPerCm2: 4,
      deliveredJPerCm2: 2.5,
      certainty: 'upperBound',
      status: 'incomplete',
    },
  ],
  message: 'The link was lost.',
  exitCode: 7,
};

describe('a pause', () => {
  it('shows whole, in eighty columns and for every cause, when it runs out', () => {
    for (const pauseCause of ['contactLost', 'operator', 'hazard', 'leaseExpired', 'stale', 'unattended']) {
      const status = { state: 'paused', emission: false, pauseCause, pauseRemainingMs: 61_000 };
      const [headline] = renderSession(sessionStatus(status), { ...plain, columns: 79 });
      expect(headline).toMatch(/ · stops in 1:01 +0:21 of 1:22$/);
    }
  });
});

describe('colour', () => {
  const base = { isTerminal: true, env: {}, isRefused: false };
  it('is off without a terminal, with NO_COLOR, with --no-color and on a dumb terminal', () => {
    expect(isColourWanted(base)).toBe(true);
    expect(isColourWanted({ ...base, isTerminal: false })).toBe(false);
    expect(isColourWanted({ ...base, env: { NO_COLOR: '1' } })).toBe(false);
    expect(isColourWanted({ ...base, env: { NO_COLOR: '' } })).toBe(true);
    expect(isColourWanted({ ...base, isRefused: true })).toBe(false);
    expect(isColourWanted({ ...base, env: { TERM: 'dumb' } })).toBe(false);
    expect(isColourWanted({ ...base, isTerminal: false, env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(isColourWanted({ ...base, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).toBe(false);
  });
  it('changes nothing but colour: the words are the same', () => {
    const coloured = renderSession(sessionStatus(), { ...plain, paint: createPaint(true) });

    expect(coloured.map((line) => line.replace(/\u001b\[[0-9;]*m/g, ''))).toEqual(
      renderSession(sessionStatus(), plain),
    );
  });
  it('is switched off again in a line that was cut', () => {
    const cut = fitWidth(createPaint(true)('red', 'abcdefgh'), 5);
    expect(cut).toBe('\u001b[31mabcd…\u001b[39m');
    expect(widthOf(cut)).toBe(5);
  });
  it('text from outside cannot move the cursor', () => {
    expect(printable('a\u001b[2Jb\nc\u009bd')).toBe('a·[2Jb·c·d');
  });
  it('ASCII alone in the C locale', () => {
    expect(isUnicodeWanted({ LC_ALL: 'C' })).toBe(false);
    expect(isUnicodeWanted({ LANG: 'C.UTF-8' })).toBe(true);
    expect(isUnicodeWanted({})).toBe(true);
  });
});

describe('the live view', () => {
  it('says that light is on in words, with dose, time, temperature, contact and battery', () => {
    const zones = [
      zoneStatus(),
      zoneStatus({ zone: 'L2', contact: false, skinTemperatureC: null, status: 'waiting' }),
    ];
    expect(renderSession(sessionStatus({ zones }), { ...plain, hint: 'q stop' })).toEqual([
      ' ● LIGHT ON   0:21 of 1:22, 1:01 left',
      ' low-back-spasm · embedded simulated belt',
      ' L1   808 nm  █████░░░░░░░░░░░░░░░░░  25 %  1.00 / 4.00 J/cm²  33.3 °C  lit',
      ' L2   808 nm  █████░░░░░░░░░░░░░░░░░  25 %  1.00 / 4.00 J/cm²     – °C  NO CONTACT waiting',
      ' battery 96 %  last report 0.1 s ago',
      ' q stop',
    ]);
  });
  it.each([
    [{ state: 'countdown', emission: false, countdownRemainingMs: 2100 }, 'LIGHT IN 3 s'],
    [
      { state: 'countdown', emission: false, awaitsButton: true },
      'PRESS THE BUTTON ON THE BELT, dark until then',
    ],
    [{ state: 'paused', emission: false, pauseCause: 'contactLost' }, 'PAUSED, dark: skin contact lost'],
    [
      { state: 'paused', emission: false, pauseCause: 'operator', pauseRemainingMs: 598_000 },
      'PAUSED, dark: by the user · stops in 9:58',
    ],
    [{ state: 'paused', emission: true }, 'LIGHT ON (paused)'],
    [{ state: 'stopping', emission: true }, 'LIGHT ON (stopping)'],
    [{ state: 'stopping', emission: false }, 'STOPPING, waiting for the belt to say off'],
    [{ state: 'emitting', emission: false }, 'TREATING, light may come on at any moment'],
    [{ state: 'ready', emission: false }, 'Ready, dark'],
  ])('%j reads: %s', (overrides, words) => {
    expect(headlineOf(sessionStatus(overrides))).toBe(words);
  });
  it('never calls a lit belt dark, in any state', () => {
    const states = [
      'standby',
      'connecting',
      'preflight',
      'ready',
      'countdown',
      'emitting',
      'paused',
      'stopping',
      'failed',
    ];
    for (const state of states) {
      const words = headlineOf(sessionStatus({ state, emission: true }));
      expect(words).toContain('LIGHT ON');
      expect(words).not.toContain('dark');
    }
  });
  it.each([20, 40, 51, 52, 60, 75, 76, 120])('fits a terminal of %i columns', (columns) => {
    const zones = Array.from({ length: 8 }, (_unused, index) =>
      zoneStatus({ zone: `L${index + 1}`, certainty: 'upperBound', contact: false, status: 'cutOff' }),
    );
    const status = sessionStatus({ zones, hazards: ['H05'], warnings: ['a long warning, '.repeat(10)] });
    for (const line of renderSession(status, { ...plain, columns }))
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
  it.each([34, 40, 50, 60, 75])('has the temperature, the dose and every key at %i columns', (columns) => {
    const hint = 'p pause · q or Ctrl-C stop · from any terminal: laserbelt stop';
    const zones = [zoneStatus(), zoneStatus({ zone: 'L2', contact: false, skinTemperatureC: 35.5 })];
    const lines = renderSession(sessionStatus({ zones }), { ...plain, columns, hint });
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    const text = lines.join('\n');
    for (const said of [
      'skin 35.5 °C (L2)',
      '1.00 / 4.00',
      'NO CONTACT',
      'battery 96 %',
      ...hint.split(' · '),
    ])
      expect(text).toContain(said);
  });
  it('an unknown temperature is told as unknown where the foot tells it', () => {
    const zones = [zoneStatus({ skinTemperatureC: null })];
    expect(renderSession(sessionStatus({ zones }), { ...plain, columns: 50 }).join('\n')).toContain(
      'skin – °C',
    );
    expect(renderSession(sessionStatus({ zones: [] }), { ...plain, columns: 50 }).join('\n')).not.toContain(
      'skin',
    );
  });
  it('an estimate that may be too high says so', () => {
    expect(
      renderSession(sessionStatus({ zones: [zoneStatus({ certainty: 'upperBound' })] }), plain)[2],
    ).toContain('at most');
  });
  it('a dose that is no number shows as nothing delivered, never as done', () => {
    expect(progressOf(zoneStatus({ deliveredJPerCm2: NaN }))).toBe(0);
    expect(progressOf(zoneStatus({ prescribedJPerCm2: 0, deliveredJPerCm2: 0 }))).toBe(0);
    expect(progressOf(zoneStatus({ deliveredJPerCm2: 5 }))).toBe(1);
  });
  it('a bar is full only when the dose is', () => {
    const line = renderSession(sessionStatus({ zones: [zoneStatus({ deliveredJPerCm2: 3.999 })] }), plain)[2];
    expect(line).toContain('░ ');
    expect(line).toContain(' 99 %');
  });
  it('durations: minutes and seconds, or a dash', () => {
    expect(formatDuration(61_400)).toBe('1:01');
    expect(formatDuration(null)).toBe('–');
    expect(formatDuration(-1)).toBe('0:00');
  });
  it('a plain line says the same in one line', () => {
    expect(renderPlainLine(sessionStatus({ hazards: ['H05'] }))).toBe(
      'LIGHT ON · 0:21 of 1:22 · L1 1.00/4.00 J/cm² · skin 33.3 °C · battery 96 % · hazard H05 skin contact lost',
    );
  });
});

describe('the painter', () => {
  function screenOf(columns = 80, rows = 24) {
    let text = '';
    const size = { columns, rows };
    const painter = createPainter({
      write: (part) => void (text += part),
      columns: () => size.columns,
      rows: () => size.rows,
    });
    return {
      painter,
      size,
      take: () => {
        const taken = text;
        text = '';
        return taken;
      },
    };
  }
  it('redraws in place and gives the cursor back', () => {
    const { painter, take } = screenOf();
    painter.draw(['a', 'b']);
    expect(take()).toBe('\u001b[?25l\ra\u001b[0K\nb\u001b[0K\n\u001b[0J');
    painter.draw(['c']);
    expect(take()).toBe('\u001b[2A\rc\u001b[0K\n\u001b[0J');
    painter.close();
    expect(take()).toBe('\u001b[?25h');
    painter.close();
    expect(take()).toBe('');
  });
  it('counts the rows that a narrower terminal has wrapped its lines into', () => {
    const { painter, size, take } = screenOf(40);
    painter.draw(['x'.repeat(30)]);
    take();
    size.columns = 10;
    painter.draw(['y']);
    expect(take()).toContain('\u001b[3A');
  });
  it('never draws more rows than there are', () => {
    const { painter, take } = screenOf(80, 4);
    painter.draw(['1', '2', '3', '4', '5', '6']);
    expect(take().split('\n').length - 1).toBe(3);
  });
  it('keeps no listener on the process after it is closed', () => {
    const before = process.listenerCount('exit');
    const { painter } = screenOf();
    for (let round = 0; round < 20; round++) {
      painter.draw(['a']);
      painter.clear();
    }
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('the outcome', () => {
  it('says loudest that off is not confirmed, and marks an upper bound', () => {
    const lines = renderOutcome(OUTCOME, plainPaint);
    expect(lines[0]).toBe('CUTOFF (H13) ·  LIGHT OFF NOT CONFIRMED  · 1:05');
    expect(lines[1]).toBe('The link was lost.');
    expect(lines.at(-1)).toBe('L1  808 nm  2.500 J/cm²  4.000 J/cm²  62.5 %  at most, incomplete');
  });
  it('fits a narrow terminal: broken at words, every figure whole', () => {
    const message = 'Whether the light is off could not be confirmed: take the belt off.';
    const lines = renderOutcome({ ...OUTCOME, message }, plainPaint, 40);
    expect(lines.slice(1)).toEqual([
      'Whether the light is off could not be',
      'confirmed: take the belt off.',
      'L1 808 nm: delivered 2.500 J/cm²,',
      '  prescribed 4.000 J/cm², 62.5 %, at',
      '  most, incomplete',
    ]);
  });
  it('has the fields that scripts rely on, in a session.outcome line', () => {
    expect(outcomeRecord(OUTCOME, { at: '2026-01-01T00:00:00.000Z', atMs: 1 })).toMatchObject({
      event: 'session.outcome',
      at: '2026-01-01T00:00:00.000Z',
      atMs: 1,
      outcome: 'cutoff',
      emissionOff: 'unconfirmed',
      hazard: 'H13',
      session: '0123456789abcdef',
      plan: 'low-back-spasm',
      durationMs: 65_400,
      zones: [{ zone: 'L1', prescribedJPerCm2: 4, deliveredJPerCm2: 2.5, certainty: 'upperBound' }],
      exitCode: 7,
    });
  });
});
