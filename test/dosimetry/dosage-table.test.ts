import { describe, expect, it } from 'vitest';
import { DOSAGE_RULES, DOSAGE_TABLES, WALT_780_860, WALT_904 } from '../../src/dosimetry/dosage-rows.ts';
import {
  checkDosage,
  findDosageRow,
  quoteDosageRow,
  SPASM_EXTRAPOLATION,
  type DosageTreatment,
} from '../../src/dosimetry/dosage-table.ts';
import { problemOf, REFUSED, valueOf } from './computed.ts';

const lumbar = valueOf(findDosageRow('lumbar-spine', 808));
const point4J: DosageTreatment = { pointEnergyJ: 4, pointCount: 4, meanPowerMw: 50, areaCm2: 1 };
const kindsOf = (treatment: DosageTreatment, found = lumbar): readonly string[] =>
  valueOf(checkDosage(found, treatment)).findings.map(({ kind }) => kind);

describe('rows', () => {
  it('both tables have the 22 diagnoses of the sheet, each once and in the same order', () => {
    const ids = WALT_780_860.rows.map(({ id }) => id);
    expect(ids).toHaveLength(22);
    expect(new Set(ids).size).toBe(22);
    expect(WALT_904.rows.map(({ id }) => id)).toEqual(ids);
  });

  it('every row of 904 nm, and knee and ankle of 780-860 nm, are marked as not verified', () => {
    expect(WALT_904.rows.filter(({ mark }) => mark !== 'K')).toEqual([]);
    expect(WALT_780_860.rows.filter(({ mark }) => mark === 'K').map(({ id }) => id)).toEqual([
      'knee',
      'ankle',
    ]);
    expect(DOSAGE_RULES.filter(({ mark }) => mark === 'Q')).toHaveLength(1);
  });

  it('points, J in all and least J a point are those of the sheet, row by row', () => {
    const written = (rows: typeof WALT_904.rows) =>
      rows.map(
        (row) => `${row.pointCountMin}-${row.pointCountMax}/${row.totalEnergyJ}/${row.pointEnergyMinJ ?? ''}`,
      );
    // In the order of the sheet: ten tendons, then the joints from the finger to the ankle.
    expect(written(WALT_780_860.rows).join(' ')).toBe(
      '2-3/8/4 1-2/4/ 1-2/6/ 2-3/8/4 2-3/8/4 2-4/8/ 2-3/8/ 1-2/4/ 2-3/8/ 2-3/8/4 ' +
        '1-2/4/ 2-4/8/ 1-2/4/ 2-4/8/ 2-4/8/4 1-2/4/ 1-2/4/ 4-12/16/4 4-8/16/4 2-4/12/6 4-6/12/6 2-4/8/',
    );
    expect(written(WALT_904.rows).join(' ')).toBe(
      '2-3/4/2 2-3/2/ 2-3/2/ 2-3/4/2 2-3/4/2 2-3/2/ 2-3/2/ 2-3/2/ 2-3/2/ 2-3/4/2 ' +
        '1-2/1/ 2-3/2/ 2-3/2/ 2-3/2/ 2-3/2/1 2-3/2/ 2-3/2/ 4-4/4/1 4-4/4/1 2-2/4/2 4-6/4/1 2-4/2/',
    );
    for (const { rows } of DOSAGE_TABLES)
      expect(rows.filter((row) => row.irradianceMaxMwPerCm2 === 100).map(({ id }) => id)).toEqual([
        'lateral-epicondylitis',
        'iliotibial-tract',
        'achilles-tendon',
      ]);
  });

  it('one row alone contradicts itself, the unverified knee: its least points of its least energy leave its window', () => {
    const broken = DOSAGE_TABLES.flatMap(({ id, rows }) =>
      rows
        .filter((row) => (row.pointEnergyMinJ ?? 0) * row.pointCountMin > row.totalEnergyJ * 1.5)
        .map((row) => `${id} ${row.id} ${row.mark}`),
    );
    expect(broken).toEqual(['walt-780-860 knee K']);
  });

  it('the spine rows', () => {
    expect(lumbar.row).toEqual({
      id: 'lumbar-spine',
      diagnosis: 'lumbar spine',
      group: 'arthritis',
      pointCountMin: 4,
      pointCountMax: 8,
      totalEnergyJ: 16,
      pointEnergyMinJ: 4,
      mark: 'Q',
    });
    expect(valueOf(findDosageRow('cervical-spine', 780)).row).toMatchObject({ pointCountMax: 12, mark: 'Q' });
    expect(valueOf(findDosageRow('lumbar-spine', 904)).row).toMatchObject({ totalEnergyJ: 4, mark: 'K' });
  });

  it('are quoted in one line, with the mark of what is not verified', () => {
    expect(quoteDosageRow(lumbar)).toBe(
      'WALT 2010, 780-860 nm, lumbar spine (arthritis): 4-8 points, 16 J in all, at least 4 J a point, 20-300 s a point',
    );
    expect(quoteDosageRow(valueOf(findDosageRow('lumbar-spine', 904)))).toBe(
      'WALT 2010, 904 nm, lumbar spine (arthritis): 4 points, 4 J in all, at least 1 J a point, 30-600 s a point ' +
        '[from memory, not verified]',
    );
    expect(quoteDosageRow(valueOf(findDosageRow('achilles-tendon', 860)))).toContain('at most 100 mW/cm2');
    expect(SPASM_EXTRAPOLATION).toContain('extrapolation');
  });

  it.each([650, 779.999, 860.001, 903.9, 980, NaN, Infinity])('no table covers %d nm', (nm) => {
    expect(problemOf(findDosageRow('lumbar-spine', nm))).toMatch(/no dosage table covers/);
  });

  it('a diagnosis that no row has is an error that names it', () => {
    expect(problemOf(findDosageRow('muscle-spasm', 808))).toContain('`muscle-spasm`');
  });
});

describe('window', () => {
  it('4 points of 4 J at 50 mW/cm² are the lumbar row: 80 s each, 16 J of 8 to 24, 11.2 J when reduced', () => {
    expect(valueOf(checkDosage(lumbar, point4J))).toEqual({
      pointTimeS: 80,
      totalEnergyJ: 16,
      irradianceMwPerCm2: 50,
      windowMinJ: 8,
      windowMaxJ: 24,
      reducedTotalJ: expect.closeTo(11.2, 12) as number,
      findings: [],
      quote: quoteDosageRow(lumbar),
    });
  });

  it('a diode too strong: too short and too intense, in words', () => {
    const check = valueOf(checkDosage(lumbar, { ...point4J, meanPowerMw: 500 }));
    expect(check.findings).toEqual([
      { kind: 'timeOutside', text: '8 s a point, not 20 to 300 s' },
      { kind: 'irradianceAbove', text: '500 mW/cm2, above 100 mW/cm2' },
    ]);
  });

  it('a diode too weak: too long alone', () => {
    expect(kindsOf({ ...point4J, meanPowerMw: 10, areaCm2: 0.2 })).toEqual(['timeOutside']);
  });

  it('borders belong to the window: 20 s and 300 s, 100 mW/cm², 8 J and 24 J in all', () => {
    expect(kindsOf({ pointEnergyJ: 4, pointCount: 4, meanPowerMw: 200, areaCm2: 2 })).toEqual([]);
    expect(kindsOf({ pointEnergyJ: 4, pointCount: 4, meanPowerMw: 4000 / 300, areaCm2: 1 })).toEqual([]);
    expect(kindsOf({ ...point4J, pointCount: 6 })).toEqual([]);
    expect(kindsOf({ ...point4J, pointCount: 7 })).toEqual(['totalOutsideWindow']);
  });

  it('the table allows 8 points of 4 J, its window does not: a finding, not a refusal', () => {
    expect(kindsOf({ ...point4J, pointCount: 8 })).toEqual(['totalOutsideWindow']);
  });

  it('30 % less is below the row, and within its window', () => {
    expect(kindsOf({ ...point4J, pointEnergyJ: 2.8 })).toEqual(['pointEnergyBelow', 'totalBelowTable']);
  });

  it('mean power outside 5 to 500 mW, and points outside their number', () => {
    expect(kindsOf({ ...point4J, meanPowerMw: 4, areaCm2: 0.1 })).toContain('powerOutside');
    expect(kindsOf({ ...point4J, pointCount: 3 })).toEqual(['pointCountOutside', 'totalBelowTable']);
    const pulsed = valueOf(findDosageRow('lumbar-spine', 904));
    expect(kindsOf({ pointEnergyJ: 1, pointCount: 4, meanPowerMw: 25, areaCm2: 1 }, pulsed)).toEqual([]);
    expect(kindsOf({ pointEnergyJ: 1, pointCount: 4, meanPowerMw: 4, areaCm2: 1 }, pulsed)).toEqual([
      'powerOutside',
    ]);
  });

  it('refuses what is no treatment', () => {
    for (const bad of [NaN, Infinity, -1, 0]) {
      expect(checkDosage(lumbar, { ...point4J, pointEnergyJ: bad })).toMatchObject(REFUSED);
      expect(checkDosage(lumbar, { ...point4J, pointCount: bad })).toMatchObject(REFUSED);
      expect(checkDosage(lumbar, { ...point4J, meanPowerMw: bad })).toMatchObject(REFUSED);
      expect(checkDosage(lumbar, { ...point4J, areaCm2: bad })).toMatchObject(REFUSED);
    }
    expect(checkDosage(lumbar, { ...point4J, pointCount: 2.5 })).toMatchObject(REFUSED);
    expect(checkDosage(lumbar, { ...point4J, pointEnergyJ: 1e308, pointCount: 100 })).toMatchObject(REFUSED);
  });
});
