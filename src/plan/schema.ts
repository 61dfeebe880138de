// The shape of a plan file. Quantities are text with a unit in the file and numbers in the program's units behind it.
// The JSON Schema for editors is made from these same definitions (json-schema.ts).
import * as z from 'zod/mini';
import {
  count,
  described,
  describeValue,
  exactly,
  named,
  oneOf,
  quantity,
  quantityOrZero,
  text,
} from './fields.ts';
import { BODY_SITES } from './sites.ts';

export const PLAN_FORMAT_VERSION = 1;
export const PLAN_STEP_MAX_COUNT = 200;
const NAME_MAX_CHARS = 40;
const TITLE_MAX_CHARS = 120;
const BASIS_MAX_CHARS = 500;
const EVIDENCE_MAX_CHARS = 1000;
const SAY_MAX_CHARS = 200;
/** People's names of the zones that the wire can address. */
const ZONE_PATTERN = /^L[1-8]$/;
const ZONE_MAX_COUNT = 8;
/** Five a week for twelve weeks: the longest course in the sources [eng]. */
export const COURSE_SESSION_MAX_COUNT = 60;

const NAME_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const planName = named(
  NAME_PATTERN,
  NAME_MAX_CHARS,
  'what the plan is called: lower-case letters and digits in words joined by -',
  (value) => ({
    problem: `${describeValue(value)} is no plan name`,
    expected: `lower-case letters and digits in words joined by \`-\`, at most ${NAME_MAX_CHARS}`,
  }),
);

const version = exactly(PLAN_FORMAT_VERSION, 'the version of this format', (value) => ({
  problem:
    value === String(PLAN_FORMAT_VERSION)
      ? 'the format version is a number, not text'
      : `format version ${describeValue(value)} is not known here`,
  expected: `\`laserbelt: ${PLAN_FORMAT_VERSION}\``,
}));

const zone = named(ZONE_PATTERN, 2, 'a zone of the belt, such as L1', (value) => {
  // A group of keys has no text of its own, and would throw.
  const bare = typeof value === 'string' || typeof value === 'number' ? String(value).replace(/^l/, 'L') : '';
  const meant = [bare, `L${bare}`].find((name) => ZONE_PATTERN.test(name));
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return {
    problem: `${describeValue(value)} is no zone of a belt${hint}`,
    expected: `L1 to L${ZONE_MAX_COUNT}`,
  };
});

export const treatSchema = described(
  z.strictObject({
    treat: described(z.array(zone).check(z.minLength(1), z.maxLength(ZONE_MAX_COUNT)), {
      description: 'zones of the belt, each once',
      uniqueItems: true,
    }),
    order: z.optional(
      oneOf(['together', 'sequence'], 'order', 'all zones at once (when left out), or one after the other'),
    ),
    wavelength: quantity('wavelength', "an emitter that the belt's profile has in each zone"),
    irradiance: quantity('irradiance', 'at the skin, mean over a pulse period'),
    dose: z.optional(quantity('radiantExposure', 'radiant exposure at the skin')),
    energy: z.optional(quantity('radiantEnergy', 'per point, through the beam area at the skin')),
    ramp: z.optional(
      z.strictObject({
        up: z.optional(quantityOrZero('duration', 'linear, from dark')),
        down: z.optional(quantityOrZero('duration', 'linear, to dark')),
      }),
    ),
    pulse: z.optional(
      described(
        z.strictObject({
          frequency: quantity('frequency', 'pulses a second'),
          duty: quantity('ratio', 'share of the time with light; peak = mean ÷ duty'),
        }),
        { description: 'left out: continuous light' },
      ),
    ),
  }),
  { description: 'light on some zones', anyOf: [{ required: ['dose'] }, { required: ['energy'] }] },
);
export type TreatDocument = z.infer<typeof treatSchema>;

export const restSchema = described(
  z.strictObject({ rest: quantity('duration', 'dark, between two `treat` steps') }),
  { description: 'a dark time between two `treat` steps' },
);

const say = z.optional(text(SAY_MAX_CHARS, 'what the person is told'));

export const TIMED_MEASURES = ['heat', 'stretch', 'massage', 'ice', 'rest'] as const;
const NOTE_MEASURE = 'medicine';
export const careSchema = described(
  z.strictObject({
    care: oneOf(TIMED_MEASURES, 'measure', 'another measure than light, timed', [
      ...TIMED_MEASURES,
      NOTE_MEASURE,
    ]),
    for: quantity('duration', 'how long'),
    say,
  }),
  { description: 'a timed prompt; no light while it runs' },
);
export const noteSchema = described(
  z.strictObject({ care: oneOf([NOTE_MEASURE], 'measure', 'a note, as your physician said'), say }),
  { description: 'a note; it takes no time' },
);

export const perWeekSchema = described(z.strictObject({ perWeek: count(7, 'sessions in any 7 days') }), {
  description: 'instead of a time between sessions',
});
export const everySchema = quantity('interval', 'from one session to the next');

/** For the loader, which reads `every` by itself. */
export const everyReader = z.strictObject({ every: everySchema });

export const courseSchema = z.strictObject({
  sessions: count(COURSE_SESSION_MAX_COUNT, 'sessions of a course'),
  every: z.optional(z.unknown()),
  gap: z.optional(quantity('interval', 'at least this long after a session on this site')),
});

const limitsSchema = described(
  z.strictObject({
    sessionDose: z.optional(quantity('radiantExposure', 'per zone and visit, all wavelengths together')),
    duration: z.optional(quantity('duration', 'light and rests of a visit; care steps are not counted')),
  }),
  { description: 'may only narrow what belt, site and program limits allow' },
);

/** All but the steps and `every`, which are read one by one so that each is told its own problems. */
export const headSchema = z.strictObject({
  laserbelt: version,
  name: planName,
  title: z.optional(text(TITLE_MAX_CHARS, 'for people')),
  site: oneOf(
    BODY_SITES,
    'body site',
    'where on the body the dose is booked; left and right are the wearer’s',
  ),
  basis: z.optional(text(BASIS_MAX_CHARS, 'where the figures come from')),
  evidence: z.optional(text(EVIDENCE_MAX_CHARS, 'what is known of the effect, and how good it is')),
  session: z.array(z.unknown()).check(z.minLength(1), z.maxLength(PLAN_STEP_MAX_COUNT)),
  course: z.optional(courseSchema),
  limits: z.optional(limitsSchema),
  screening: z.optional(
    oneOf(['standard'], 'screening', 'which questions are asked before a course and before a session'),
  ),
});
export type HeadDocument = z.infer<typeof headSchema>;
