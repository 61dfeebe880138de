// The two sheets as they are printed, line by line: id, diagnosis, group, points, J in all, least J a point, most mW/cm²,
// and whether the line was read (Q) or is from memory (K).
import { describe, expect, it } from 'vitest';
import {
  DOSAGE_RULES,
  DOSAGE_TABLES,
  WALT_780_860,
  WALT_904,
  type DosageRow,
} from '../../src/dosimetry/dosage-rows.ts';
import {
  checkDosage,
  findDosageRow,
  quoteDosageRow,
  SPASM_EXTRAPOLATION,
  type DosageTreatment,
} from '../../src/dosimetry/dosage-table.ts';
import { problemOf, valueOf } from './computed.ts';

const lineOf = (row: DosageRow): string =>
  [
    row.id,
    row.diagnosis,
    row.group,
    `${row.pointCountMin}-${row.pointCountMax}`,
    row.totalEnergyJ,
    row.pointEnergyMinJ ?? '-',
    row.irradianceMaxMwPerCm2 ?? '-',
    row.mark,
  ].join(' | ');

const SHEET_780_860 = `
carpal-tunnel | carpal tunnel | tendon | 2-3 | 8 | 4 | - | Q
lateral-epicondylitis | lateral epicondylitis | tendon | 1-2 | 4 | - | 100 | Q
biceps | biceps humeri caput longum | tendon | 1-2 | 6 | - | - | Q
supraspinatus | supraspinatus | tendon | 2-3 | 8 | 4 | - | Q
infraspinatus | infraspinatus | tendon | 2-3 | 8 | 4 | - | Q
trochanter-major | trochanter major | tendon | 2-4 | 8 | - | - | Q
patellar-tendon | patellar tendon | tendon | 2-3 | 8 | - | - | Q
iliotibial-tract | tractus iliotibialis | tendon | 1-2 | 4 | - | 100 | Q
achilles-tendon | Achilles tendon | tendon | 2-3 | 8 | - | 100 | Q
plantar-fasciitis | plantar fasciitis | tendon | 2-3 | 8 | 4 | - | Q
finger | finger PIP or MCP | arthritis | 1-2 | 4 | - | - | Q
wrist | wrist | arthritis | 2-4 | 8 | - | - | Q
humeroradial | humeroradial joint | arthritis | 1-2 | 4 | - | - | Q
elbow | elbow | arthritis | 2-4 | 8 | - | - | Q
glenohumeral | glenohumeral joint | arthritis | 2-4 | 8 | 4 | - | Q
acromioclavicular | acromioclavicular joint | arthritis | 1-2 | 4 | - | - | Q
temporomandibular | temporomandibular joint | arthritis | 1-2 | 4 | - | - | Q
cervical-spine | cervical spine | arthritis | 4-12 | 16 | 4 | - | Q
lumbar-spine | lumbar spine | arthritis | 4-8 | 16 | 4 | - | Q
hip | hip | arthritis | 2-4 | 12 | 6 | - | Q
knee | knee, anteromedial | arthritis | 4-6 | 12 | 6 | - | K
ankle | ankle | arthritis | 2-4 | 8 | - | - | K
`;

const SHEET_904 = `
carpal-tunnel | carpal tunnel | tendon | 2-3 | 4 | 2 | - | K
lateral-epicondylitis | lateral epicondylitis | tendon | 2-3 | 2 | - | 100 | K
biceps | biceps humeri caput longum | tendon | 2-3 | 2 | - | - | K
supraspinatus | supraspinatus | tendon | 2-3 | 4 | 2 | - | K
infraspinatus | infraspinatus | tendon | 2-3 | 4 | 2 | - | K
trochanter-major | trochanter major | tendon | 2-3 | 2 | - | - | K
patellar-tendon | patellar tendon | tendon | 2-3 | 2 | - | - | K
iliotibial-tract | tractus iliotibialis | tendon | 2-3 | 2 | - | 100 | K
achilles-tendon | Achilles tendon | tendon | 2-3 | 2 | - | 100 | K
plantar-fasciitis | plantar fasciitis | tendon | 2-3 | 4 | 2 | - | K
finger | finger PIP or MCP | arthritis | 1-2 | 1 | - | - | K
wrist | wrist | arthritis | 2-3 | 2 | - | - | K
humeroradial | humeroradial joint | arthritis | 2-3 | 2 | - | - | K
elbow | elbow | arthritis | 2-3 | 2 | - | - | K
glenohumeral | glenohumeral joint | arthritis | 2-3 | 2 | 1 | - | K
acromioclavicular | acromioclavicular joint | arthritis | 2-3 | 2 | - | - | K
temporomandibular | temporomandibular joint | arthritis | 2-3 | 2 | - | - | K
cervical-spine | cervical spine | arthritis | 4-4 | 4 | 1 | - | K
lumbar-spine | lumbar spine | arthritis | 4-4 | 4 | 1 | - | K
hip | hip | arthritis | 2-2 | 4 | 2 | - | K
knee | knee, anteromedial | arthritis | 4-6 | 4 | 1 | - | K
ankle | ankle | arthritis | 2-4 | 2 | - | - | K
`;

describe('the sheets of WALT 2010', () => {
  it.each([
    ['780-860 nm', WALT_780_860, SHEET_780_860],
    ['904 nm', WALT_904, SHEET_904],
  ] as const)('%s, line by line', (_name, { rows }, sheet) => {
    expect(rows.map(lineOf)).toEqual(sheet.trim().split('\n'));
  });

  it('have their wavelengths, seconds a point and mean power in their heads', () => {
    expect(DOSAGE_TABLES.map(({ rows, ...head }) => ({ ...head, count: rows.length }))).toEqual([
      {
        id: 'walt-780-860',
        title: 'WALT 2010, 780-860 nm',
        wavelengthMinNm: 780,
        wavelengthMaxNm: 860,
        irradiationMinS: 20,
        irradiationMaxS: 300,
        meanPowerMinMw: 5,
        meanPowerMaxMw: 500,
        count: 22,
      },
      {
        id: 'walt-904',
        title: 'WALT 2010, 904 nm',
        wavelengthMinNm: 904,
        wavelengthMaxNm: 904,
        irradiationMinS: 30,
        irradiationMaxS: 600,
        meanPowerMinMw: 5,
        meanPowerMaxMw: undefined,
        count: 22,
      },
    ]);
  });

  it('give rules for all rows, of which the one about light skin alone was read', () => {
    expect(DOSAGE_RULES.map(({ text, mark }) => `${mark}: ${text}`)).toEqual([
      'K: daily for two weeks, or every other day for three to four weeks',
      'K: start with the energy of the table; 30 % less once the inflammation is under control',
      'K: the therapeutic window is typically the given energy ± 50 %',
      'K: cover most of the pathological tissue',
      'Q: the doses are for light skin; on darker skin begin lower and watch the temperature',
    ]);
  });

  it('have no row for a muscle, which is said where a spine row stands for one', () => {
    expect(SPASM_EXTRAPOLATION).toBe(
      'WALT has no row for muscle spasm: taking a spine row for it is an extrapolation',
    );
  });
});

describe('what is said of a treatment', () => {
  const row = (id: string, nm = 808) => valueOf(findDosageRow(id, nm));
  const treatment: DosageTreatment = { pointEnergyJ: 4, pointCount: 4, meanPowerMw: 50, areaCm2: 1 };
  const said = (id: string, more: Partial<DosageTreatment>, nm?: number): readonly string[] =>
    valueOf(checkDosage(row(id, nm), { ...treatment, ...more })).findings.map(
      ({ kind, text }) => `${kind}: ${text}`,
    );

  it('quotes a row without a least energy, and one with a most irradiance', () => {
    expect(quoteDosageRow(row('biceps'))).toBe(
      'WALT 2010, 780-860 nm, biceps humeri caput longum (tendon): 1-2 points, 6 J in all, 20-300 s a point',
    );
    expect(quoteDosageRow(row('achilles-tendon'))).toBe(
      'WALT 2010, 780-860 nm, Achilles tendon (tendon): 2-3 points, 8 J in all, 20-300 s a point, at most 100 mW/cm2',
    );
  });

  it('says each finding with the number and what the row has', () => {
    expect(said('lumbar-spine', { pointCount: 9 })).toEqual([
      'pointCountOutside: 9 points, not 4-8',
      'totalOutsideWindow: 36 J in all, outside the window of 8 to 24 J',
    ]);
    expect(said('lumbar-spine', { pointEnergyJ: 1 })).toEqual([
      'pointEnergyBelow: 1 J a point, below 4 J',
      'totalBelowTable: 4 J in all, below 16 J',
      'totalOutsideWindow: 4 J in all, outside the window of 8 to 24 J',
    ]);
    expect(said('lumbar-spine', { meanPowerMw: 501, areaCm2: 10, pointEnergyJ: 4.008 })).toEqual([
      'timeOutside: 8 s a point, not 20 to 300 s',
      'powerOutside: 501 mW mean, not 5 to 500 mW',
    ]);
    expect(said('lumbar-spine', { pointEnergyJ: 1, meanPowerMw: 4 }, 904)).toEqual([
      'powerOutside: 4 mW mean, below 5 mW',
    ]);
    expect(said('lumbar-spine', { pointEnergyJ: 1, pointCount: 5, meanPowerMw: 20 }, 904)).toEqual([
      'pointCountOutside: 5 points, not 4',
    ]);
  });

  it('a billionth beyond a bound is rounding, more is not', () => {
    expect(said('lumbar-spine', { meanPowerMw: 100 * (1 + 1e-9) })).toEqual([]);
    expect(said('lumbar-spine', { meanPowerMw: 100 * (1 + 3e-9) })).toHaveLength(1);
    expect(said('lumbar-spine', { pointEnergyJ: 4 * (1 - 1e-9) })).toEqual([]);
    expect(said('lumbar-spine', { pointEnergyJ: 4 * (1 - 3e-9) })).toHaveLength(2);
  });

  it('says what is no treatment', () => {
    const refused = (more: Partial<DosageTreatment>): string =>
      problemOf(checkDosage(row('lumbar-spine'), { ...treatment, ...more }));
    expect(refused({ pointEnergyJ: 0 })).toBe('energy of a point must be above zero');
    expect(refused({ pointCount: 2.5 })).toBe('the number of points must be a whole number');
    expect(refused({ pointCount: 0 })).toBe('the number of points must be above zero');
    expect(refused({ meanPowerMw: 0 })).toBe('power must be above zero');
    expect(refused({ areaCm2: 0 })).toBe('beam area must be above zero');
    expect(refused({ pointEnergyJ: 1e305, pointCount: 1_000_000 })).toBe('the result is out of range');
    expect(problemOf(findDosageRow('lumbar-spine', 650.5))).toBe(
      'no dosage table covers 650.5 nm (780 to 860 nm, and 904 nm)',
    );
    expect(problemOf(findDosageRow('back', 904))).toBe('WALT 2010, 904 nm has no row `back`');
  });
});
