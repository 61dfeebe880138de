import { describe, expect, it } from 'vitest';
import { EXIT_CODE, type SessionOutcome, type ZoneOutcome } from '../../src/session/outcome.ts';
import { mergeOutcomes, sumZones, type VisitRun } from '../../src/cli/visit-outcome.ts';
import { localTimeWords, waitWords } from '../../src/cli/visit-refusal.ts';

const zone = (changes: Partial<ZoneOutcome> = {}): ZoneOutcome => ({
  zone: 'L1',
  wavelengthNm: 808,
  prescribedJPerCm2: 2,
  deliveredJPerCm2: 2,
  certainty: 'certain',
  status: 'done',
  ...changes,
});
const block = (changes: Partial<SessionOutcome> = {}): SessionOutcome => ({
  outcome: 'completed',
  emissionOff: 'confirmed',
  hazard: null,
  hazards: [],
  session: '00000000000000b1',
  plan: 'two',
  durationMs: 1000,
  emissionMs: 900,
  zones: [zone()],
  message: 'The session is complete.',
  exitCode: EXIT_CODE.completed,
  ...changes,
});
const run = (changes: Partial<VisitRun> = {}): VisitRun => ({
  visit: '00000000000000aa',
  plan: 'two',
  blockCount: 2,
  planned: [
    { zone: 'L1', wavelengthNm: 808, plannedJPerCm2: 4 },
    { zone: 'L2', wavelengthNm: 650, plannedJPerCm2: 1 },
  ],
  blocks: [],
  endBetween: undefined,
  ...changes,
});

describe('the outcome of a visit', () => {
  it('is one line a zone and wavelength, summed over its lights, under the id of the visit', () => {
    const merged = mergeOutcomes(
      run({
        blocks: [
          block(),
          block({
            zones: [
              zone(),
              zone({ zone: 'L2', wavelengthNm: 650, prescribedJPerCm2: 1, deliveredJPerCm2: 1 }),
            ],
          }),
        ],
      }),
    );
    expect(merged).toMatchObject({
      outcome: 'completed',
      session: '00000000000000aa',
      exitCode: 0,
      durationMs: 2000,
    });
    expect(merged.zones).toEqual([
      zone({ prescribedJPerCm2: 4, deliveredJPerCm2: 4 }),
      zone({ zone: 'L2', wavelengthNm: 650, prescribedJPerCm2: 1, deliveredJPerCm2: 1 }),
    ]);
  });

  it('prescribes what the whole visit was to give: light that never began is incomplete', () => {
    const zones = sumZones([block()], run().planned);
    expect(zones).toEqual([
      zone({ prescribedJPerCm2: 4, deliveredJPerCm2: 2, status: 'incomplete' }),
      zone({
        zone: 'L2',
        wavelengthNm: 650,
        prescribedJPerCm2: 1,
        deliveredJPerCm2: 0,
        status: 'incomplete',
      }),
    ]);
  });

  it('is certain only where every part is, and as bad as the worst part', () => {
    const parts = [
      block({ zones: [zone({ status: 'endedShort' })] }),
      block({ zones: [zone({ status: 'cutOff', certainty: 'upperBound' })] }),
    ];
    expect(sumZones(parts, [])).toEqual([
      zone({ prescribedJPerCm2: 4, deliveredJPerCm2: 4, status: 'cutOff', certainty: 'upperBound' }),
    ]);
  });

  it.each([
    [['completed', 'stopped'], [0, 3], 3],
    [['completed', 'cutoff'], [0, 4], 4],
    [['completed', 'refused'], [0, 6], 6],
    [['completed', 'lockout'], [0, 8], 8],
  ] as const)('%j ends with the worst code by the table', (outcomes, codes, exitCode) => {
    const blocks = outcomes.map((outcome, at) => block({ outcome, exitCode: codes[at] ?? 0 }));
    const merged = mergeOutcomes(run({ blocks }));
    expect(merged).toMatchObject({ outcome: outcomes[1], exitCode });
    expect(merged.message).toMatch(/^Light 2 of 2: /);
  });

  it('a light whose end nobody confirmed stays unconfirmed, whatever came after', () => {
    const blocks = [block({ emissionOff: 'unconfirmed', exitCode: EXIT_CODE.unconfirmed })];
    const stopped = { kind: 'stopped', message: 'stopped' } as const;
    expect(mergeOutcomes(run({ blocks, endBetween: stopped }))).toMatchObject({
      emissionOff: 'unconfirmed',
      outcome: 'stopped',
      exitCode: EXIT_CODE.unconfirmed,
    });
  });

  it('stopped in a care step: 3, with what was given before', () => {
    const merged = mergeOutcomes(
      run({ blocks: [block()], endBetween: { kind: 'stopped', message: 'In a stretch.' } }),
    );
    expect(merged).toMatchObject({
      outcome: 'stopped',
      exitCode: 3,
      emissionOff: 'confirmed',
      message: 'In a stretch.',
    });
    expect(merged.zones[0]).toMatchObject({ deliveredJPerCm2: 2, prescribedJPerCm2: 4 });
  });

  it('refused before any light: never on, and the hazard is named', () => {
    const merged = mergeOutcomes(
      run({ endBetween: { kind: 'refused', hazard: 'H19', message: 'Too soon.' } }),
    );
    expect(merged).toMatchObject({
      outcome: 'refused',
      emissionOff: 'neverOn',
      hazard: 'H19',
      hazards: ['H19'],
      exitCode: 6,
      zones: [],
    });
  });
});

describe('the time at which it will be allowed', () => {
  it('is said in the time of the person, to the next whole minute', () => {
    const allowedAt = '2026-11-23T06:10:00.001Z';
    const words = localTimeWords(allowedAt, Date.parse('2026-11-22T09:00:00Z'));
    const at = new Date('2026-11-23T06:11:00Z');
    const two = (value: number): string => String(value).padStart(2, '0');
    const isUtc = at.getTimezoneOffset() === 0;
    const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
    expect(words.includes(time)).toBe(!isUtc);
    expect(words).toMatch(isUtc ? /^ That is in 21 h 11 min\.$/ : /in 21 h 11 min\.$/);
    expect(localTimeWords(allowedAt, Date.parse('2026-11-24T00:00:00Z')) === '').toBe(isUtc);
    expect(localTimeWords(null, 0)).toBe('');
  });

  it.each([
    [1, '1 min'],
    [60_000, '1 min'],
    [60_001, '2 min'],
    [3_599_000, '1 h 0 min'],
    [47 * 3_600_000, '47 h 0 min'],
    [49 * 3_600_000, '2 days 1 h'],
  ])('%i ms are %s', (waitMs, words) => expect(waitWords(waitMs)).toBe(words));
});
