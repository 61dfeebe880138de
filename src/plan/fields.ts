// Single values of a plan file: each is read by one function, and says in a JSON Schema what that function takes. Editors
// and the program are told by one definition.
import * as z from 'zod/mini';
import {
  exampleOf,
  expectedQuantity,
  parseQuantity,
  quantityPattern,
  type QuantityKind,
} from '../dosimetry/units.ts';
import { nearestName } from './nearest.ts';
import { escapeUnsafe, isPlainText, quote } from './quote.ts';

export const describeValue = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  return quote(String(value));
};

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly expected: string };

const refused = (problem: string, expected: string): Checked<never> => ({ ok: false, problem, expected });

/** What a JSON Schema says beside the shape. */
export const described = <T extends z.core.$ZodType>(
  schema: T,
  meta: Readonly<Record<string, unknown>>,
): T => {
  z.globalRegistry.add(schema, meta);
  return schema;
};

/** `meta` is what a JSON Schema says about the value, `description` what an editor shows. */
function field<T>(
  meta: Readonly<Record<string, unknown>>,
  description: string,
  read: (value: unknown) => Checked<T>,
) {
  return z.pipe(
    described(z.unknown(), { ...meta, description }),
    z.transform((value, context): T => {
      const checked = read(value);
      if (checked.ok) return checked.value;
      const params = { expected: checked.expected };
      context.issues.push({ code: 'custom', message: checked.problem, input: value, params });
      return z.NEVER;
    }),
  );
}

function readQuantity(kind: QuantityKind, allowZero: boolean, value: unknown): Checked<number> {
  const expected = expectedQuantity(kind);
  if (typeof value === 'number') {
    const shown = Number.isFinite(value) && value >= 0 ? ` has no unit` : ` is no quantity`;
    return refused(`${quote(String(value))}${shown}`, expected);
  }
  if (typeof value !== 'string') return refused(`${describeValue(value)} is no quantity`, expected);
  const parsed = parseQuantity(kind, value);
  // The problem quotes what was written.
  if (!parsed.ok) return refused(escapeUnsafe(parsed.problem), parsed.expected);
  if (!(parsed.value > 0 || (allowZero && parsed.value === 0)))
    return refused('must be above zero', expected);
  return { ok: true, value: parsed.value };
}

const quantityOf = (kind: QuantityKind, description: string, allowZero: boolean) =>
  field(
    { type: 'string', pattern: quantityPattern(kind, allowZero), examples: [exampleOf(kind)] },
    `${description}: ${expectedQuantity(kind)}`,
    (value) => readQuantity(kind, allowZero, value),
  );

/** A number above zero with its unit; the value is in the program's unit. */
export const quantity = (kind: QuantityKind, description: string) => quantityOf(kind, description, false);
export const quantityOrZero = (kind: QuantityKind, description: string) =>
  quantityOf(kind, description, true);

/** Without a unit: it counts things. */
export const count = (max: number, description: string) =>
  field({ type: 'integer', minimum: 1, maximum: max }, description, (value): Checked<number> => {
    const expected = `a whole number from 1 to ${max}`;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max)
      return { ok: true, value };
    return refused(`${describeValue(value)} is no count`, expected);
  });

/** `; did you mean …?`: the nearest name, or those that go on where the value ends. */
function hintOf(value: unknown, known: readonly string[]): string {
  if (typeof value !== 'string') return '';
  const nearest = nearestName(value, known);
  const longer = known.filter((name) => name.startsWith(`${value}-`));
  const meant = nearest === undefined ? longer : [nearest];
  return meant.length === 0 ? '' : `; did you mean ${meant.map((name) => `\`${name}\``).join(' or ')}?`;
}

/** `told` names what people may mean; more than `known` where the rest is read elsewhere. */
export const oneOf = <const T extends string>(
  known: readonly T[],
  what: string,
  description: string,
  told: readonly string[] = known,
) =>
  field({ enum: [...known] }, description, (value): Checked<T> => {
    const found = known.find((name) => name === value);
    if (found !== undefined) return { ok: true, value: found };
    return refused(
      `${describeValue(value)} is no ${what}${hintOf(value, told)}`,
      `one of ${told.join(', ')}`,
    );
  });

/** Something to read, without control characters (a last line end is trimmed). */
const PLAIN_TEXT_PATTERN = '^(?=\\s*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*\\n?$';

export const text = (maxChars: number, description: string) =>
  field(
    { type: 'string', pattern: PLAIN_TEXT_PATTERN, maxLength: maxChars },
    description,
    (value): Checked<string> => {
      const expected = `text of at most ${maxChars} characters on one line`;
      if (typeof value !== 'string') return refused(`${describeValue(value)} is no text`, expected);
      const trimmed = value.trim();
      if (trimmed === '') return refused('is empty', expected);
      if (!(value.length <= maxChars)) return refused(`has ${value.length} characters`, expected);
      if (/[\r\n]/.test(trimmed)) return refused('has more than one line', expected);
      if (!isPlainText(trimmed)) return refused('holds characters that cannot be shown', expected);
      return { ok: true, value: trimmed };
    },
  );

/** Text of a pattern, and what to say when it is not. */
export const named = (
  pattern: RegExp,
  maxChars: number,
  description: string,
  tell: (value: unknown) => { readonly problem: string; readonly expected: string },
) =>
  field(
    { type: 'string', pattern: pattern.source, maxLength: maxChars },
    description,
    (value): Checked<string> => {
      if (typeof value === 'string' && value.length <= maxChars && pattern.test(value))
        return { ok: true, value };
      const { problem, expected } = tell(value);
      return refused(problem, expected);
    },
  );

export const exactly = <const T extends number>(
  wanted: T,
  description: string,
  tell: (value: unknown) => { readonly problem: string; readonly expected: string },
) =>
  field({ const: wanted }, description, (value): Checked<T> => {
    const { problem, expected } = tell(value);
    return value === wanted ? { ok: true, value: wanted } : refused(problem, expected);
  });
