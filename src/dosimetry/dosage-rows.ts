// Dosage recommendations of the World Association for Laser Therapy, April 2010, as data. Marks: 'Q' the row was read in
// two copies of the sheet; 'K' it is from memory, to be verified: it may be shown, with its mark, and limit nothing.

export type SourceMark = 'Q' | 'K';

export interface DosageRow {
  readonly id: string;
  readonly diagnosis: string;
  readonly group: 'tendon' | 'arthritis';
  /** Points, or cm². */
  readonly pointCountMin: number;
  readonly pointCountMax: number;
  /** Over all points. */
  readonly totalEnergyJ: number;
  readonly pointEnergyMinJ?: number;
  /** The row itself names it; 100 mW/cm² is good practice for all. */
  readonly irradianceMaxMwPerCm2?: number;
  readonly mark: SourceMark;
}

export interface DosageTable {
  readonly id: 'walt-780-860' | 'walt-904';
  readonly title: string;
  readonly wavelengthMinNm: number;
  readonly wavelengthMaxNm: number;
  /** Of one point. */
  readonly irradiationMinS: number;
  readonly irradiationMaxS: number;
  readonly meanPowerMinMw: number;
  readonly meanPowerMaxMw: number | undefined;
  readonly rows: readonly DosageRow[];
}

type Extra = Pick<DosageRow, 'pointEnergyMinJ' | 'irradianceMaxMwPerCm2'>;
type RowFacts = readonly [
  id: string,
  diagnosis: string,
  points: readonly [min: number, max: number],
  totalEnergyJ: number,
  extra?: Extra,
  mark?: SourceMark,
];

const atLeast = (pointEnergyMinJ: number): Extra => ({ pointEnergyMinJ });
const MAX_100: Extra = { irradianceMaxMwPerCm2: 100 };

const rowsOf = (group: DosageRow['group'], mark: SourceMark, facts: readonly RowFacts[]): DosageRow[] =>
  facts.map(([id, diagnosis, [pointCountMin, pointCountMax], totalEnergyJ, extra = {}, ownMark = mark]) => ({
    id,
    diagnosis,
    group,
    pointCountMin,
    pointCountMax,
    totalEnergyJ,
    ...extra,
    mark: ownMark,
  }));

/** zjzklaser.com and logfileboeingbelinea.pages.dev/359062, both copies of the sheet; rows after the hip from memory. */
export const WALT_780_860: DosageTable = {
  id: 'walt-780-860',
  title: 'WALT 2010, 780-860 nm',
  wavelengthMinNm: 780,
  wavelengthMaxNm: 860,
  irradiationMinS: 20,
  irradiationMaxS: 300,
  meanPowerMinMw: 5,
  meanPowerMaxMw: 500,
  rows: [
    ...rowsOf('tendon', 'Q', [
      ['carpal-tunnel', 'carpal tunnel', [2, 3], 8, atLeast(4)],
      ['lateral-epicondylitis', 'lateral epicondylitis', [1, 2], 4, MAX_100],
      ['biceps', 'biceps humeri caput longum', [1, 2], 6],
      ['supraspinatus', 'supraspinatus', [2, 3], 8, atLeast(4)],
      ['infraspinatus', 'infraspinatus', [2, 3], 8, atLeast(4)],
      ['trochanter-major', 'trochanter major', [2, 4], 8],
      ['patellar-tendon', 'patellar tendon', [2, 3], 8],
      ['iliotibial-tract', 'tractus iliotibialis', [1, 2], 4, MAX_100],
      ['achilles-tendon', 'Achilles tendon', [2, 3], 8, MAX_100],
      ['plantar-fasciitis', 'plantar fasciitis', [2, 3], 8, atLeast(4)],
    ]),
    ...rowsOf('arthritis', 'Q', [
      ['finger', 'finger PIP or MCP', [1, 2], 4],
      ['wrist', 'wrist', [2, 4], 8],
      ['humeroradial', 'humeroradial joint', [1, 2], 4],
      ['elbow', 'elbow', [2, 4], 8],
      ['glenohumeral', 'glenohumeral joint', [2, 4], 8, atLeast(4)],
      ['acromioclavicular', 'acromioclavicular joint', [1, 2], 4],
      ['temporomandibular', 'temporomandibular joint', [1, 2], 4],
      ['cervical-spine', 'cervical spine', [4, 12], 16, atLeast(4)],
      ['lumbar-spine', 'lumbar spine', [4, 8], 16, atLeast(4)],
      ['hip', 'hip', [2, 4], 12, atLeast(6)],
      ['knee', 'knee, anteromedial', [4, 6], 12, atLeast(6), 'K'],
      ['ankle', 'ankle', [2, 4], 8, {}, 'K'],
    ]),
  ],
};

/** The table was not found in any copy: every row is from memory. */
export const WALT_904: DosageTable = {
  id: 'walt-904',
  title: 'WALT 2010, 904 nm',
  wavelengthMinNm: 904,
  wavelengthMaxNm: 904,
  irradiationMinS: 30,
  irradiationMaxS: 600,
  meanPowerMinMw: 5,
  meanPowerMaxMw: undefined,
  rows: [
    ...rowsOf('tendon', 'K', [
      ['carpal-tunnel', 'carpal tunnel', [2, 3], 4, atLeast(2)],
      ['lateral-epicondylitis', 'lateral epicondylitis', [2, 3], 2, MAX_100],
      ['biceps', 'biceps humeri caput longum', [2, 3], 2],
      ['supraspinatus', 'supraspinatus', [2, 3], 4, atLeast(2)],
      ['infraspinatus', 'infraspinatus', [2, 3], 4, atLeast(2)],
      ['trochanter-major', 'trochanter major', [2, 3], 2],
      ['patellar-tendon', 'patellar tendon', [2, 3], 2],
      ['iliotibial-tract', 'tractus iliotibialis', [2, 3], 2, MAX_100],
      ['achilles-tendon', 'Achilles tendon', [2, 3], 2, MAX_100],
      ['plantar-fasciitis', 'plantar fasciitis', [2, 3], 4, atLeast(2)],
    ]),
    ...rowsOf('arthritis', 'K', [
      ['finger', 'finger PIP or MCP', [1, 2], 1],
      ['wrist', 'wrist', [2, 3], 2],
      ['humeroradial', 'humeroradial joint', [2, 3], 2],
      ['elbow', 'elbow', [2, 3], 2],
      ['glenohumeral', 'glenohumeral joint', [2, 3], 2, atLeast(1)],
      ['acromioclavicular', 'acromioclavicular joint', [2, 3], 2],
      ['temporomandibular', 'temporomandibular joint', [2, 3], 2],
      ['cervical-spine', 'cervical spine', [4, 4], 4, atLeast(1)],
      ['lumbar-spine', 'lumbar spine', [4, 4], 4, atLeast(1)],
      ['hip', 'hip', [2, 2], 4, atLeast(2)],
      ['knee', 'knee, anteromedial', [4, 6], 4, atLeast(1)],
      ['ankle', 'ankle', [2, 4], 2],
    ]),
  ],
};

export const DOSAGE_TABLES: readonly DosageTable[] = [WALT_780_860, WALT_904];

export interface DosageRule {
  readonly text: string;
  readonly mark: SourceMark;
}

/** What the sheets say for all rows. */
export const DOSAGE_RULES: readonly DosageRule[] = [
  { text: 'daily for two weeks, or every other day for three to four weeks', mark: 'K' },
  { text: 'start with the energy of the table; 30 % less once the inflammation is under control', mark: 'K' },
  { text: 'the therapeutic window is typically the given energy ± 50 %', mark: 'K' },
  { text: 'cover most of the pathological tissue', mark: 'K' },
  { text: 'the doses are for light skin; on darker skin begin lower and watch the temperature', mark: 'Q' },
];
