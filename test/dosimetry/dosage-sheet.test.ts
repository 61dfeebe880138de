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
import { SPASM_EXTRAPOLATION } from '../../src/dosimetry/dosage-table.ts';

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
