// Numbers with units, as people write them in plans and options. A number without its unit is an error that names the
// units it may have: 4 what? Inside the program every quantity has one unit, the last part of its name.

export type QuantityKind =
  | 'radiantExposure'
  | 'irradiance'
  | 'wavelength'
  | 'duration'
  | 'interval'
  | 'frequency'
  | 'ratio'
  | 'radiantEnergy';

interface Unit {
  readonly spelling: string;
  /** Value in the program's unit = number × multiply ÷ divide: both exact, so that `500 ms` is exactly 0.5 s. */
  readonly multiply: number;
  readonly divide: number;
}

interface Kind {
  /** For people. */
  readonly title: string;
  /** The first is the one an error shows. */
  readonly units: readonly Unit[];
}

const unit = (spelling: string, multiply = 1, divide = 1): Unit => ({ spelling, multiply, divide });

/** Program units: J/cm², mW/cm², nm, s, Hz, ratio, J. */
const KINDS: Readonly<Record<QuantityKind, Kind>> = {
  radiantExposure: { title: 'radiant exposure', units: [unit('J/cm2'), unit('mJ/cm2', 1, 1000)] },
  irradiance: { title: 'irradiance', units: [unit('mW/cm2'), unit('W/cm2', 1000)] },
  wavelength: { title: 'wavelength', units: [unit('nm')] },
  duration: { title: 'time', units: [unit('s'), unit('min', 60), unit('h', 3600), unit('ms', 1, 1000)] },
  /** Between sessions: of a course, never of light. */
  interval: {
    title: 'time between sessions',
    units: [unit('day', 86_400), unit('h', 3600), unit('min', 60), unit('s')],
  },
  frequency: { title: 'frequency', units: [unit('Hz'), unit('kHz', 1000)] },
  ratio: { title: 'share', units: [unit('%', 1, 100)] },
  radiantEnergy: { title: 'energy', units: [unit('J'), unit('mJ', 1, 1000)] },
};

export type ParsedQuantity =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: string; readonly expected: string };

/** No quantity a plan can hold is longer. */
const QUANTITY_MAX_CHARS = 40;
/** Nine digits before and after the point: more means nothing here, and every such number is exact enough. */
const NUMBER_PATTERN = /^\d{1,9}(?:\.\d{1,9})?$/;
const QUANTITY_PATTERN = /^([^\s%A-Za-zµμ]*)\s*(\S.*)?$/u;

const listUnits = (kind: QuantityKind): string => {
  const spellings = KINDS[kind].units.map((known) => known.spelling);
  const last = spellings.pop() ?? '';
  return spellings.length === 0 ? last : `${spellings.join(', ')} or ${last}`;
};

/** What an error says it wanted: `a number with its unit, J/cm2 or mJ/cm2`. */
export const expectedQuantity = (kind: QuantityKind): string =>
  `a number with its unit, ${listUnits(kind)}, such as \`${exampleOf(kind)}\``;

const EXAMPLES: Readonly<Record<QuantityKind, string>> = {
  radiantExposure: '4 J/cm2',
  irradiance: '50 mW/cm2',
  wavelength: '808 nm',
  duration: '60 s',
  interval: '1 day',
  frequency: '100 Hz',
  ratio: '80 %',
  radiantEnergy: '4 J',
};
export const exampleOf = (kind: QuantityKind): string => EXAMPLES[kind];

/** `J/cm²`, `J/cm^2` and `J/cm2` are one spelling, and so are `day` and `days`. */
const normalise = (spelling: string): string =>
  spelling
    .replace('²', '2')
    .replace('^2', '2')
    .replace(/^days$/, 'day');

const ALL_KINDS: readonly QuantityKind[] = [
  'radiantExposure',
  'irradiance',
  'wavelength',
  'duration',
  'interval',
  'frequency',
  'ratio',
  'radiantEnergy',
];

/** What `parseQuantity` takes, as a regular expression of the common subset of ECMAScript and JSON Schema. */
export function quantityPattern(kind: QuantityKind, allowZero: boolean): string {
  const units = KINDS[kind].units.map(({ spelling }) =>
    spelling.replace('2', '(2|²|\\^2)').replace('day', 'days?'),
  );
  const above = allowZero ? '' : '(?!0+(\\.0+)?([^0-9.]|$))';
  return `^\\s*${above}[0-9]{1,9}(\\.[0-9]{1,9})?\\s*(${units.join('|')})\\s*$`;
}

function unitProblem(kind: QuantityKind, spelling: string): string {
  const caseMeant = KINDS[kind].units.find(
    (known) => known.spelling.toLowerCase() === spelling.toLowerCase(),
  );
  if (caseMeant !== undefined)
    return `unknown unit \`${spelling}\`; did you mean \`${caseMeant.spelling}\`? Capitals count`;
  for (const other of ALL_KINDS)
    if (KINDS[other].units.some((known) => known.spelling === spelling))
      return `\`${spelling}\` is a unit of ${KINDS[other].title}, not of ${KINDS[kind].title}`;
  return `unknown unit \`${spelling}\``;
}

function numberProblem(text: string): string {
  if (text === '') return 'the number is missing';
  if (/^[-−]/u.test(text)) return 'must not be negative';
  if (/^\d+,\d+$/.test(text)) return `\`${text}\`: the decimal mark is a point, not a comma`;
  if (/^\d+(?:\.\d+)?$/.test(text))
    return `\`${text}\` has too many digits: at most nine before the point and nine behind`;
  return `\`${text}\` is not a plain decimal number`;
}

/**
 * Reads `4 J/cm2` as 4, `500 ms` as 0.5, `80 %` as 0.8, always in the unit of the kind named above. Plain decimal
 * digits only: no sign, exponent, hexadecimal, NaN or Infinity. Never throws.
 */
export function parseQuantity(kind: QuantityKind, text: string): ParsedQuantity {
  const expected = expectedQuantity(kind);
  const trimmed = text.trim();
  if (!(trimmed.length <= QUANTITY_MAX_CHARS))
    return { ok: false, problem: 'too long for a quantity', expected };
  const match = QUANTITY_PATTERN.exec(trimmed);
  const digits = match?.[1] ?? '';
  const spelling = normalise(match?.[2] ?? '');
  if (!NUMBER_PATTERN.test(digits)) {
    const word = /^[-+−]?(?:nan|\.nan|\.?inf(?:inity)?)/iu.test(trimmed);
    return { ok: false, problem: word ? 'not a finite number' : numberProblem(digits), expected };
  }
  if (/^(?:e[-+]?\d|x[0-9a-f]|o[0-7]|b[01])/i.test(spelling))
    return { ok: false, problem: 'write the number in plain decimal digits', expected };
  if (spelling === '') return { ok: false, problem: `\`${digits}\` has no unit`, expected };
  const found = KINDS[kind].units.find((known) => known.spelling === spelling);
  if (found === undefined) return { ok: false, problem: unitProblem(kind, spelling), expected };
  return { ok: true, value: (Number(digits) * found.multiply) / found.divide };
}

/** A program value in the kind's first unit, for people: at most `decimals` digits behind the point, no trailing zeros. */
export const formatNumber = (value: number, decimals = 2): string =>
  Number.isFinite(value) ? String(Number(value.toFixed(decimals))) : '–';
