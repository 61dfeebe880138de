// When a hazard is judged and when not: the phases, the zones that have no part, and values exactly at their bounds.
import { describe, expect, it } from 'vitest';
import { concernsZoneOnly, doseReached, evaluate } from '../../src/safety/evaluate.ts';
import type { ActiveHazard } from '../../src/safety/evaluation.ts';
import {
  EMPTY_MEMORY,
  remember,
  type Observation,
  type SafetyMemory,
  type SafetyPhase,
} from '../../src/safety/observation.ts';
import { warningsOf } from '../../src/safety/warnings.ts';
import { idsOf, moment, zone } from './moments.ts';

const inPhase = (phase: SafetyPhase, more: Partial<Observation>): string[] =>
  idsOf(moment({ phase, ...more }));
const hot = { zones: [zone({ skinTemperatureC: 61 })] };
const bare = { zones: [zone({ contact: false })] };

describe('phases', () => {
  it('H01 H04 skin is judged from the countdown on, and no more once all stops', () => {
    const found = ['H01 cutoff', 'H04 cutoff'];
    for (const phase of ['countdown', 'emitting', 'paused'] as const)
      expect(inPhase(phase, hot), phase).toEqual(found);
    for (const phase of ['beforeArming', 'stopping'] as const) expect(inPhase(phase, hot), phase).toEqual([]);
  });

  it('H02 as long as it is a session', () => {
    const warm: SafetyMemory = { ...EMPTY_MEMORY, thermalDoses: [{ doseMin: 2, warmC: 0 }] };
    const at = (phase: SafetyPhase): string[] => idsOf(moment({ phase }), warm);
    for (const phase of ['countdown', 'emitting', 'paused'] as const)
      expect(at(phase), phase).toEqual(['H02 cutoff']);
    for (const phase of ['beforeArming', 'stopping'] as const) expect(at(phase), phase).toEqual([]);
  });

  it('H03 a fast rise pauses light: above 1.5 °C/min, not at it, and not in the dark', () => {
    const rising = (cPerMin: number, phase: SafetyPhase = 'emitting'): string[] =>
      idsOf(moment({ phase }), {
        ...EMPTY_MEMORY,
        skinHistory: { samples: [], risesCPerMin: [cPerMin], changed: 1 },
      });
    expect(rising(1.5)).toEqual([]);
    expect(rising(1.5001)).toEqual(['H03 pause']);
    expect(rising(NaN)).toEqual(['H03 pause']);
    expect(rising(3, 'paused')).toEqual([]);
  });

  it('H05 contact is asked for while light is on, or would be', () => {
    for (const phase of ['emitting', 'paused'] as const)
      expect(inPhase(phase, bare), phase).toEqual(['H05 pause']);
    for (const phase of ['beforeArming', 'countdown', 'stopping'] as const)
      expect(inPhase(phase, bare), phase).toEqual([]);
  });

  it('H11 H13 clocks and link matter while armed', () => {
    const apart = { clockDifferenceMs: 60_000, linkLost: true };
    for (const phase of ['countdown', 'emitting', 'paused'] as const)
      expect(inPhase(phase, apart), phase).toEqual(['H11 cutoff', 'H13 cutoff']);
    for (const phase of ['beforeArming', 'stopping'] as const)
      expect(inPhase(phase, apart), phase).toEqual([]);
  });

  it('H14 a status a little late pauses light, and is none of the countdown’s concern', () => {
    for (const phase of ['emitting', 'paused'] as const)
      expect(inPhase(phase, { statusAgeMs: 900 }), phase).toEqual(['H14 pause']);
    for (const phase of ['beforeArming', 'countdown'] as const) {
      expect(inPhase(phase, { statusAgeMs: 900 }), phase).toEqual([]);
      expect(inPhase(phase, { statusAgeMs: 3000 }), phase).toEqual(['H14 cutoff']);
    }
    expect(inPhase('stopping', { statusAgeMs: 3000 })).toEqual([]);
  });

  it('H18 an empty battery ends light, and hinders no stop', () => {
    expect(inPhase('paused', { batteryPercent: 5 })).toEqual(['H18 cutoff']);
    expect(inPhase('stopping', { batteryPercent: 5 })).toEqual([]);
    expect(inPhase('beforeArming', { batteryPercent: 5, statusAgeMs: Infinity })).toEqual(['H14 cutoff']);
  });

  it('H22 H24 plan and questions are judged before arming, once and for all', () => {
    const refused = { flickersVisibly: true, isScreened: false };
    expect(inPhase('beforeArming', refused)).toEqual(['H22 refuse', 'H24 refuse']);
    expect(inPhase('emitting', refused)).toEqual([]);
  });
});

describe('zones that have no part', () => {
  const only = (more: Parameters<typeof zone>[0]): string[] => idsOf(moment({ zones: [zone(more)] }));

  it('H06 nothing prescribed: no share of it can be too much', () => {
    expect(only({ prescribedJPerCm2: 0, reportedJPerCm2: 0.5, integratedJPerCm2: 0.5 })).toEqual([]);
  });

  it('H08 nothing set: there is nothing to deviate from', () => {
    const stray = { irradianceSetMwPerCm2: 0, irradianceExpectedMwPerCm2: 0, irradianceMwPerCm2: 1 };
    expect(only(stray)).toEqual([]);
    expect(remember(EMPTY_MEMORY, moment({ zones: [zone(stray)] })).zones[0]?.deviatingSinceMs).toBeNaN();
    const dark = moment({ zones: [zone({ lit: false, irradianceMwPerCm2: 0 })] });
    expect(remember(EMPTY_MEMORY, dark).zones[0]).toEqual({
      zone: 0,
      deviatingSinceMs: NaN,
      driftingSinceMs: NaN,
      offSinceMs: NaN,
    });
  });

  it('H10 a zone of which nothing is remembered yet has had no time to go dark', () => {
    const shining = moment({ zones: [zone({ lit: false, offExpected: true, irradianceMwPerCm2: 5 })] });
    expect(idsOf(shining, EMPTY_MEMORY)).toEqual([]);
  });

  it('H12 without a plan for a zone there is no time to pass', () => {
    expect(only({ emissionPlannedMs: 0, emissionMs: 60_000 })).toEqual([]);
  });

  it('H12 a zone past its backstop that is dark has ended already', () => {
    expect(only({ emissionMs: 95_000, lit: false, irradianceMwPerCm2: 0 })).toEqual([]);
    expect(only({ emissionMs: 95_000, irradianceMwPerCm2: 50 })).toEqual(['H12 cutoff']);
  });
});

describe('exactly at the bound', () => {
  it('H06 our own integral may reach 110 % and one tick', () => {
    const limit = 4 * 1.1 + (50 * 0.25) / 1000;
    expect(idsOf(moment({ zones: [zone({ integratedJPerCm2: limit })] }))).toEqual([]);
  });

  it('H06 the dose is reached at 103 % and one tick of our own integral', () => {
    expect(doseReached(zone({ integratedJPerCm2: 4 * 1.03 + (50 * 0.25) / 1000 }))).toBe(true);
  });

  it('H07 light at its exposure limit is within it', () => {
    expect(idsOf(moment({ zones: [zone({ exposureLimitMwPerCm2: 50 })] }))).toEqual([]);
  });

  it('H12 planned time + 10 % still ends the zone short', () => {
    const emissionMs = 81_500 * (1 + 0.1) + 500;
    expect(idsOf(moment({ zones: [zone({ emissionMs })] }))).toEqual(['H12 endShort']);
  });
});

describe('whom a hazard concerns', () => {
  const hazard = (more: Partial<ActiveHazard>): boolean =>
    concernsZoneOnly({ id: 'H08', zone: null, response: 'cutoff', by: 'controller', ...more });

  it('a zone’s own hazard concerns it alone where the zone is known, or where the belt has cut it', () => {
    expect(hazard({ zone: 1 })).toBe(true);
    expect(hazard({ by: 'belt' })).toBe(true);
    expect(hazard({})).toBe(false);
    expect(hazard({ id: 'H01', zone: 1 })).toBe(false);
    expect(hazard({ id: 'H01', by: 'belt' })).toBe(false);
  });

  it('a zone that ends short ends alone, and what no row has concerns all', () => {
    expect(hazard({ id: 'H12', response: 'endShort' })).toBe(true);
    expect(hazard({ id: 'H12' })).toBe(false);
    expect(hazard({ id: 'H99', zone: 1 })).toBe(false);
  });

  it('nothing active is the very same verdict each time', () => {
    expect(evaluate(moment(), EMPTY_MEMORY)).toBe(evaluate(moment({ nowMs: 1 }), EMPTY_MEMORY));
  });
});

describe('what is remembered of contact and output', () => {
  const two = (contact: boolean, more: Partial<Observation> = {}): Observation =>
    moment({ zones: [zone(), zone({ zone: 1, contact })], ...more });

  it('begins with nothing', () => {
    expect(EMPTY_MEMORY).toEqual({
      atMs: NaN,
      zones: [],
      contactLossCount: 0,
      contactLostMs: 0,
      contactLostSinceMs: NaN,
      thermalDoses: [],
      skinHistory: { samples: [], risesCPerMin: [], changed: 0 },
    });
  });

  it('H05 one zone of several that is uncovered is a loss, in the light and in a pause', () => {
    expect(remember(EMPTY_MEMORY, two(false)).contactLossCount).toBe(1);
    expect(remember(EMPTY_MEMORY, two(false, { phase: 'paused' })).contactLossCount).toBe(1);
    for (const phase of ['beforeArming', 'countdown', 'stopping'] as const)
      expect(remember(EMPTY_MEMORY, two(false, { phase })).contactLossCount, phase).toBe(0);
  });

  it('H05 the same moment seen twice is one loss', () => {
    expect(remember(remember(EMPTY_MEMORY, two(false)), two(false)).contactLossCount).toBe(1);
  });

  it('a zone of which nothing changed is the very same, another zone in its place is not', () => {
    const memory = remember(EMPTY_MEMORY, moment());
    expect(remember(memory, moment()).zones[0]).toBe(memory.zones[0]);
    expect(remember(memory, moment({ zones: [zone({ zone: 3 })] })).zones[0]?.zone).toBe(3);
  });
});

describe('warnings, in words', () => {
  it('H23 after 10 min without a sign the person is asked, not before', () => {
    expect(warningsOf(moment({ unattendedMs: 599_999 }), EMPTY_MEMORY)).toEqual([]);
    expect(warningsOf(moment({ unattendedMs: 600_000 }), EMPTY_MEMORY)).toEqual([
      'Are you still there? Press any key; elsewhere `laserbelt status` will do. Without a sign the light pauses within a minute.',
    ]);
  });

  it('names the zone as it is printed on the belt, for warmth, thermal dose and drift', () => {
    const warm = zone({ zone: 1, skinTemperatureC: 42.04, irradianceMwPerCm2: 56 });
    const now = moment({ zones: [warm] });
    const memory: SafetyMemory = {
      ...EMPTY_MEMORY,
      zones: [{ zone: 1, deviatingSinceMs: NaN, driftingSinceMs: now.nowMs - 10_000, offSinceMs: NaN }],
      thermalDoses: [{ doseMin: 1, warmC: 42 }],
    };
    expect(warningsOf(now, memory)).toEqual([
      'L2: skin at 42.0 °C',
      'L2: skin warm for long: 1.0 of 2 min at 43 °C',
      'L2: output more than 10 % away from what is set',
    ]);
    expect(warningsOf(moment({ zones: [{ ...warm, inTreatment: false }] }), memory)).toEqual([]);
  });
});
