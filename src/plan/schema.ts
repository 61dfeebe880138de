// The shape of a plan file. Quantities are text with a unit in the file and numbers in the program's units behind it.
import * as z from 'zod';
import { exampleOf, expectedQuantity, parseQuantity, type QuantityKind } from '../dosimetry/units.ts';
import { isPlainText, quote } from './quote.ts';
import { nearestName } from './nearest.ts';
import { BODY_SITES } from './sites.ts';

export const PLAN_FORMAT_VERSION = 1;
export const PLAN_STEP_MAX_COUNT = 200;
const NAME_MAX_CHARS = 40;
const TITLE_MAX_CHARS = 120;
const BASIS_MAX_CHARS = 500;
/** People's names of the zones that the wire can address. */
const ZONE_PATTERN = /^L[1-8]$/;
const ZONE_MAX_COUNT = 8;

const describeValue = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  return quote(String(value));
};

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly expected: string };

/** One value of the file, read by one function; `meta` is what a JSON Schema says about it. */
function field<T>(meta: Record<string, unknown>, read: (value: unknown) => Checked<T>) {
  return z
    .unknown()
    .meta(meta)
    .transform((value, context): T => {
      const checked = read(value);
      if (checked.ok) return checked.value;
      context.addIssue({ code: 'custom', message: checked.problem, params: { expected: checked.expected } });
      return z.NEVER;
    });
}

const refused = (problem: string, expected: string): Checked<never> => ({ ok: false, problem, expected });

function readQuantity(kind: QuantityKind, allowZero: boolean, value: unknown): Checked<number> {
  const expected = expectedQuantity(kind);
  if (typeof value === 'number') {
    const shown = Number.isFinite(value) && value >= 0 ? ` has no unit` : ` is no quantity`;
    return refused(`${quote(String(value))}${shown}`, expected);
  }
  if (typeof value !== 'string') return refused(`${describeValue(value)} is no quantity`, expected);
  const parsed = parseQuantity(kind, value);
  if (!parsed.ok) return refused(parsed.problem, parsed.expected);
  if (!(parsed.value > 0 || (allowZero && parsed.value === 0)))
    return refused('must be above zero', expected);
  return { ok: true, value: parsed.value };
}

const quantity = (kind: QuantityKind, allowZero = false) =>
  field({ type: 'string', examples: [exampleOf(kind)], description: expectedQuantity(kind) }, (value) =>
    readQuantity(kind, allowZero, value),
  );

const oneOf = <const T extends string>(known: readonly T[], what: string) =>
  field({ enum: [...known] }, (value): Checked<T> => {
    const found = known.find((name) => name === value);
    if (found !== undefined) return { ok: true, value: found };
    const meant = typeof value === 'string' ? nearestName(value, known) : undefined;
    const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
    return refused(`${describeValue(value)} is no ${what}${hint}`, `one of ${known.join(', ')}`);
  });

const text = (maxChars: number) =>
  field({ type: 'string', maxLength: maxChars }, (value): Checked<string> => {
    const expected = `text of at most ${maxChars} characters on one line`;
    if (typeof value !== 'string') return refused(`${describeValue(value)} is no text`, expected);
    const trimmed = value.trim();
    if (!(trimmed.length > 0 && trimmed.length <= maxChars)) return refused('empty or too long', expected);
    if (!isPlainText(trimmed)) return refused('holds characters that cannot be shown', expected);
    return { ok: true, value: trimmed };
  });

const NAME_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const planName = field({ type: 'string', pattern: NAME_PATTERN.source }, (value): Checked<string> => {
  const fits = typeof value === 'string' && value.length <= NAME_MAX_CHARS && NAME_PATTERN.test(value);
  if (fits) return { ok: true, value };
  const expected = `lower-case letters and digits in words joined by \`-\`, at most ${NAME_MAX_CHARS}`;
  return refused(`${describeValue(value)} is no plan name`, expected);
});

const version = field({ const: PLAN_FORMAT_VERSION }, (value): Checked<typeof PLAN_FORMAT_VERSION> =>
  value === PLAN_FORMAT_VERSION
    ? { ok: true, value }
    : refused(
        `format version ${describeValue(value)} is not known here`,
        `\`laserbelt: ${PLAN_FORMAT_VERSION}\``,
      ),
);

const zone = field({ type: 'string', pattern: ZONE_PATTERN.source }, (value): Checked<string> => {
  if (typeof value === 'string' && ZONE_PATTERN.test(value)) return { ok: true, value };
  // A group of keys has no text of its own, and would throw.
  const bare = typeof value === 'string' || typeof value === 'number' ? String(value).replace(/^l/, 'L') : '';
  const meant = [bare, `L${bare}`].find((name) => ZONE_PATTERN.test(name));
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return refused(`${describeValue(value)} is no zone of a belt${hint}`, `L1 to L${ZONE_MAX_COUNT}`);
});

const zones = z.array(zone).min(1).max(ZONE_MAX_COUNT);

export const treatSchema = z.strictObject({
  treat: zones,
  order: oneOf(['together', 'sequence'], 'order').optional(),
  wavelength: quantity('wavelength'),
  irradiance: quantity('irradiance'),
  dose: quantity('radiantExposure').optional(),
  energy: quantity('radiantEnergy').optional(),
  ramp: z
    .strictObject({ up: quantity('duration', true).optional(), down: quantity('duration', true).optional() })
    .optional(),
  pulse: z.strictObject({ frequency: quantity('frequency'), duty: quantity('ratio') }).optional(),
});
export type TreatDocument = z.infer<typeof treatSchema>;

export const restSchema = z.strictObject({ rest: quantity('duration') });

/** All but the steps, which are read one by one so that each is told its own problems. */
export const headSchema = z.strictObject({
  laserbelt: version,
  name: planName,
  title: text(TITLE_MAX_CHARS).optional(),
  site: oneOf(BODY_SITES, 'body site'),
  basis: text(BASIS_MAX_CHARS).optional(),
  session: z.array(z.unknown()).min(1).max(PLAN_STEP_MAX_COUNT),
  limits: z
    .strictObject({
      sessionDose: quantity('radiantExposure').optional(),
      duration: quantity('duration').optional(),
    })
    .optional(),
});
export type HeadDocument = z.infer<typeof headSchema>;

/** Keys of the full format that this version does not carry out, so that they are never read over. */
export const LATER_HEAD_KEYS: Readonly<Record<string, string>> = {
  course: 'courses of several sessions',
  screening: 'screening questions',
};
export const LATER_STEP_KEYS: Readonly<Record<string, string>> = { care: 'care steps' };

export { describeValue };
