// One test per side of each boundary; the rows of the table are the requirement.
import { describe, expect, it } from 'vitest';
import { concernsZoneOnly, doseReached, evaluate } from '../../src/safety/evaluate.ts';
import { HAZARDS, hazardOfNumber, hazardRow, RESPONSES, worseResponse } from '../../src/safety/hazards.ts';
import { EMPTY_MEMORY, remember, type Observation } from '../../src/safety/observation.ts';
import { idsOf, lasting, moment, zone } from './moments.ts';
import { warningsOf } from '../../src/safety/warnings.ts';

describe('the list of hazards', () => {
  it('has each id once, numbered, described, with a threshold in words', () => {
    expect(new Set(HAZARDS.map((row) => row.id)).size).toBe(HAZARDS.length);
    for (const row of HAZARDS) {
      expect(row.id).toBe(`H${String(row.number).padStart(2, '0')}`);
      expect(row.description.length).toBeGreaterThan(30);
      expect(row.threshold.length).toBeGreaterThan(5);
      expect(RESPONSES).toContain(row.response);
      expect(hazardRow(row.id)).toBe(row);
      expect(hazardOfNumber(row.number)).toBe(row);
    }
  });

  it('nothing is active when all is well', () => {
    expect(evaluate(moment(), EMPTY_MEMORY)).toEqual({ active: [], response: 'none' });
  });
});

type Case = readonly [string, Partial<Observation>, readonly string[]];

const BOUNDARIES: readonly Case[] = [
  ['H01 42.99 °C is allowed', { zones: [zone({ skinTemperatureC: 42.99 })] }, []],
  ['H01 43.0 °C is cut', { zones: [zone({ skinTemperatureC: 43 })] }, ['H01 cutoff']],
  ['H01 H04 no reading is cut', { zones: [zone({ skinTemperatureC: NaN })] }, ['H01 cutoff', 'H04 cutoff']],
  [
    'H01 no reading yet is no hazard in the countdown',
    { phase: 'countdown', zones: [zone({ skinTemperatureC: NaN, lit: false, irradianceMwPerCm2: 0 })] },
    [],
  ],
  ['H05 a zone in treatment uncovered pauses', { zones: [zone({ contact: false })] }, ['H05 pause']],
  ['H05 a finished zone may be uncovered', { zones: [zone({ contact: false, inTreatment: false })] }, []],
  ['H06 110 % is allowed', { zones: [zone({ reportedJPerCm2: 4.4, inTreatment: false })] }, []],
  ['H06 more than 110 % is cut', { zones: [zone({ reportedJPerCm2: 4.4001 })] }, ['H06 cutoff']],
  ['H06 our own integral counts as well', { zones: [zone({ integratedJPerCm2: 4.4126 })] }, ['H06 cutoff']],
  ['H06 a dose that is no number is cut', { zones: [zone({ reportedJPerCm2: NaN })] }, ['H06 cutoff']],
  [
    'H07 120 mW/cm² measured is allowed',
    { zones: [zone({ irradianceMwPerCm2: 120, irradianceSetMwPerCm2: 100 })] },
    [],
  ],
  [
    'H07 more than 120 mW/cm² is cut',
    { zones: [zone({ irradianceMwPerCm2: 120.1, irradianceSetMwPerCm2: 110 })] },
    ['H07 cutoff'],
  ],
  ['H07 above the exposure limit is cut', { zones: [zone({ exposureLimitMwPerCm2: 49.9 })] }, ['H07 cutoff']],
  ['H08 150 % on one sample is allowed', { zones: [zone({ irradianceMwPerCm2: 75 })] }, []],
  ['H08 above 150 % on one sample is cut', { zones: [zone({ irradianceMwPerCm2: 75.1 })] }, ['H08 cutoff']],
  [
    'H09 10 % of what is expected is allowed',
    { zones: [zone({ irradianceMwPerCm2: 5, onPlateau: false })] },
    [],
  ],
  ['H09 below 10 % is cut', { zones: [zone({ irradianceMwPerCm2: 4.9, onPlateau: false })] }, ['H09 cutoff']],
  ['H11 0.25 s + 2 % is allowed', { clockDifferenceMs: 650 }, []],
  ['H11 more is cut', { clockDifferenceMs: 651 }, ['H11 cutoff']],
  ['H11 less is cut', { clockDifferenceMs: -651 }, ['H11 cutoff']],
  ['H11 no number is cut', { clockDifferenceMs: NaN }, ['H11 cutoff']],
  ['H12 planned time + 5 % is allowed', { zones: [zone({ emissionMs: 86_075 })] }, []],
  ['H12 more ends the zone short', { zones: [zone({ emissionMs: 86_076 })] }, ['H12 endShort']],
  ['H12 more than + 10 % while lit is cut', { zones: [zone({ emissionMs: 90_151 })] }, ['H12 cutoff']],
  ['H12 30 min of light are allowed', { sessionEmissionMs: 1_800_000 }, []],
  ['H12 more is cut', { sessionEmissionMs: 1_800_001 }, ['H12 cutoff']],
  ['H13 a lost link while armed is cut', { linkLost: true }, ['H13 cutoff']],
  ['H13 without a session a lost link is none', { linkLost: true, phase: 'beforeArming' }, []],
  ['H14 850 ms old is allowed', { statusAgeMs: 850 }, []],
  ['H14 older pauses', { statusAgeMs: 850.1 }, ['H14 pause']],
  ['H14 2 s more still pauses', { statusAgeMs: 2850 }, ['H14 pause']],
  ['H14 after that it is cut', { statusAgeMs: 2850.1 }, ['H14 cutoff']],
  ['H14 no age is cut', { statusAgeMs: NaN }, ['H14 cutoff']],
  ['H15 two damaged frames are allowed', { badFrameCount: 2 }, []],
  ['H15 the third is cut', { badFrameCount: 3 }, ['H15 cutoff']],
  ['H16 another belt is refused', { identityDiffers: true }, ['H16 refuse']],
  ['H16 another program is refused', { programDiffers: true }, ['H16 refuse']],
  ['H17 a failed self-test locks', { selfTestFailed: true }, ['H17 lockout']],
  ['H18 15 % may start', { phase: 'beforeArming', batteryPercent: 15 }, []],
  ['H18 less may not', { phase: 'beforeArming', batteryPercent: 14 }, ['H18 cutoff']],
  ['H18 10 % may go on', { batteryPercent: 10 }, []],
  ['H18 less may not go on', { batteryPercent: 9 }, ['H18 cutoff']],
  ['H18 no reading may not', { batteryPercent: NaN }, ['H18 cutoff']],
  ['H18 charging never', { charging: true }, ['H18 cutoff']],
  ['H19 what the book refuses as too soon is refused', { bookRefusal: 'H19' }, ['H19 refuse']],
  ['H21 a clock that was set back is refused', { bookRefusal: 'H21' }, ['H21 refuse']],
  [
    'H22 visible light that flickers is refused',
    { flickersVisibly: true, phase: 'beforeArming' },
    ['H22 refuse'],
  ],
  ['H23 11 min without a sign are allowed', { unattendedMs: 660_000 }, []],
  ['H23 more pause', { unattendedMs: 660_001 }, ['H23 pause']],
  ['H23 nobody knows how long: paused', { unattendedMs: NaN }, ['H23 pause']],
  ['H24 without answered questions no arming', { isScreened: false, phase: 'beforeArming' }, ['H24 refuse']],
  ['H20 a failed book is cut', { bookFailed: true }, ['H20 cutoff']],
];

describe('boundaries', () => {
  it.each(BOUNDARIES)('%s', (_title, more, expected) => {
    expect(idsOf(moment(more))).toEqual(expected);
  });

  it.each([
    ['H08 20 % high is allowed for ever', 60, 60_000, []],
    ['H08 above 20 % for less than 1 s is allowed', 60.1, 999, []],
    ['H08 above 20 % for 1 s is cut', 60.1, 1000, ['H08 cutoff']],
    ['H08 20 % low is allowed for ever', 40, 60_000, []],
    ['H08 below that for 1 s is cut', 39.9, 1000, ['H08 cutoff']],
  ] as const)('%s', (_title, irradianceMwPerCm2, ms, expected) => {
    expect(lasting(moment({ zones: [zone({ irradianceMwPerCm2 })] }), ms)).toEqual(expected);
  });

  it('H08 a ramp may be below the set value, never above it', () => {
    const ramp = (irradianceMwPerCm2: number): Observation =>
      moment({ zones: [zone({ irradianceMwPerCm2, onPlateau: false, irradianceExpectedMwPerCm2: 10 })] });
    expect(lasting(ramp(10), 2000)).toEqual([]);
    expect(lasting(ramp(61), 2000)).toEqual(['H08 cutoff']);
  });

  it.each([
    ['H10 2 % of full scale is off', 2, 1000, []],
    ['H10 more for less than 50 ms is settling', 2.1, 49, []],
    ['H10 more for 50 ms locks', 2.1, 50, ['H10 lockout']],
    ['H10 no number locks', NaN, 50, ['H07 cutoff', 'H10 lockout']],
  ] as const)('%s', (_title, irradianceMwPerCm2, ms, expected) => {
    const dark = zone({ lit: false, offExpected: true, irradianceMwPerCm2 });
    expect(lasting(moment({ zones: [dark] }), ms)).toEqual(expected);
  });
});

describe('H05 over a session', () => {
  const at = (nowMs: number, contact: boolean): Observation => moment({ nowMs, zones: [zone({ contact })] });

  it('three losses pause, the fourth ends it', () => {
    let memory = EMPTY_MEMORY;
    const seen: string[] = [];
    for (let loss = 0; loss < 4; loss++) {
      const lost = at(loss * 1000, false);
      memory = remember(memory, lost);
      seen.push(...idsOf(lost, memory));
      memory = remember(memory, at(loss * 1000 + 250, true));
    }
    expect(seen).toEqual(['H05 pause', 'H05 pause', 'H05 pause', 'H05 cutoff']);
  });

  it('30 s without contact pause, more end it', () => {
    let memory = EMPTY_MEMORY;
    for (let ms = 0; ms <= 30_000; ms += 250) memory = remember(memory, at(ms, false));
    expect(idsOf(at(30_000, false), memory)).toEqual(['H05 pause']);
    memory = remember(memory, at(30_250, false));
    expect(idsOf(at(30_250, false), memory)).toEqual(['H05 cutoff']);
  });
});

describe('several at once', () => {
  it('the worst response wins, all are recorded', () => {
    const many = moment({ statusAgeMs: 900, zones: [zone({ contact: false, skinTemperatureC: 44 })] });
    const verdict = evaluate(many, remember(EMPTY_MEMORY, many));
    expect(verdict.active.map((hazard) => hazard.id)).toEqual(['H01', 'H05', 'H14']);
    expect(verdict.response).toBe('cutoff');
  });

  it('a zone’s own hazard does not end the session', () => {
    const one = moment({ zones: [zone(), zone({ zone: 1, irradianceMwPerCm2: 80 })] });
    const verdict = evaluate(one, remember(EMPTY_MEMORY, one));
    expect(verdict.active).toEqual([{ id: 'H08', zone: 1, response: 'cutoff', by: 'controller' }]);
    expect(verdict.response).toBe('none');
    expect(verdict.active.every(concernsZoneOnly)).toBe(true);
  });

  it('lockout is worse than cutoff, refuse, pause and a short end', () => {
    for (const response of RESPONSES) expect(worseResponse(response, 'lockout')).toBe('lockout');
  });
});

describe('what the belt reports', () => {
  it.each(HAZARDS)('$id is recorded with the response of its row', (row) => {
    const verdict = evaluate(moment({ beltHazards: 1 << (row.number - 1) }), EMPTY_MEMORY);
    expect(verdict.active).toEqual([{ id: row.id, zone: null, response: row.response, by: 'belt' }]);
  });

  it('has a row for every bit of its mask, so that none means nothing', () => {
    expect(HAZARDS.map((row) => row.number)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    const all = evaluate(moment({ beltHazards: 0xffffff }), EMPTY_MEMORY);
    expect(all.active.map((hazard) => hazard.id)).toEqual(HAZARDS.map((row) => row.id));
    expect(all.response).toBe('lockout');
  });
});

describe('evaluate is total', () => {
  it('numbers that are none, infinite or negative never throw, and never pass as well', () => {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const zoneKeys = Object.entries(zone()).filter(([, value]) => typeof value === 'number');
      for (const [key] of zoneKeys) {
        const broken = moment({ zones: [{ ...zone(), [key]: wrong }] });
        expect(() => evaluate(broken, remember(EMPTY_MEMORY, broken)), key).not.toThrow();
      }
      for (const [key, value] of Object.entries(moment())) {
        if (typeof value !== 'number') continue;
        const broken = { ...moment(), [key]: wrong };
        expect(() => evaluate(broken, remember(EMPTY_MEMORY, broken)), key).not.toThrow();
      }
    }
  });
});

describe('doses and warnings', () => {
  it('H06 the dose is reached at 100 % by the belt, or at 103 % and a tick by our own integral', () => {
    expect(doseReached(zone({ reportedJPerCm2: 3.9999 }))).toBe(false);
    expect(doseReached(zone({ reportedJPerCm2: 4 }))).toBe(true);
    expect(doseReached(zone({ integratedJPerCm2: 4.132 }))).toBe(false);
    expect(doseReached(zone({ integratedJPerCm2: 4.133 }))).toBe(true);
    expect(doseReached(zone({ reportedJPerCm2: NaN }))).toBe(true);
  });

  it('warns at 41.0 °C, and at ±10 % for 10 s', () => {
    expect(warningsOf(moment({ zones: [zone({ skinTemperatureC: 40.9 })] }), EMPTY_MEMORY)).toEqual([]);
    expect(warningsOf(moment({ zones: [zone({ skinTemperatureC: 41 })] }), EMPTY_MEMORY)[0]).toMatch(
      /L1: skin at 41.0/,
    );
    const drifting = moment({ zones: [zone({ irradianceMwPerCm2: 44 })] });
    const before = remember(EMPTY_MEMORY, { ...drifting, nowMs: drifting.nowMs - 10_000 });
    expect(warningsOf(drifting, remember(before, drifting))[0]).toMatch(/10 % away/);
  });
});
