// The shape of a plan file. Quantities are text with a unit in the file and numbers in the program's units behind it.
// The JSON Schema for editors is made from these same definitions (json-schema.ts).
import * as z from 'zod';
import { count, describeValue, exactly, named, oneOf, quantity, quantityOrZero, text } from './fields.ts';
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

export const treatSchema = z
  .strictObject({
    treat: z
      .array(zone)
      .min(1)
      .max(ZONE_MAX_COUNT)
      .meta({ description: 'zones of the belt, each once', uniqueItems: true }),
    order: oneOf(
      ['together', 'sequence'],
      'order',
      'all zones at once (when left out), or one after the other',
    ).optional(),
    wavelength: quantity('wavelength', "an emitter that the belt's profile has in each zone"),
    irradiance: quantity('irradiance', 'at the skin, mean over a pulse period'),
    dose: quantity('radiantExposure', 'radiant exposure at the skin').optional(),
    energy: quantity('radiantEnergy', 'per point, through the beam area at the skin').optional(),
    ramp: z
      .strictObject({
        up: quantityOrZero('duration', 'linear, from dark').optional(),
        down: quantityOrZero('duration', 'linear, to dark').optional(),
      })
      .optional(),
    pulse: z
      .strictObject({
        frequency: quantity('frequency', 'pulses a second'),
        duty: quantity('ratio', 'share of the time with light; peak = mean ÷ duty'),
      })
      .meta({ description: 'left out: continuous light' })
      .optional(),
  })
  .meta({ description: 'light on some zones', anyOf: [{ required: ['dose'] }, { required: ['energy'] }] });
export type TreatDocument = z.infer<typeof treatSchema>;

export const restSchema = z
  .strictObject({ rest: quantity('duration', 'dark, between two `treat` steps') })
  .meta({ description: 'a dark time between two `treat` steps' });

const say = text(SAY_MAX_CHARS, 'what the person is told').optional();

export const TIMED_MEASURES = ['heat', 'stretch', 'massage', 'ice', 'rest'] as const;
const NOTE_MEASURE = 'medicine';
export const careSchema = z
  .strictObject({
    care: oneOf(TIMED_MEASURES, 'measure', 'another measure than light, timed', [
      ...TIMED_MEASURES,
      NOTE_MEASURE,
    ]),
    for: quantity('duration', 'how long'),
    say,
  })
  .meta({ description: 'a timed prompt; no light while it runs' });
export const noteSchema = z
  .strictObject({ care: oneOf([NOTE_MEASURE], 'measure', 'a note, as your physician said'), say })
  .meta({ description: 'a note; it takes no time' });

export const perWeekSchema = z
  .strictObject({ perWeek: count(7, 'sessions in any 7 days') })
  .meta({ description: 'instead of a time between sessions' });
export const everySchema = quantity('interval', 'from one session to the next');

/** For the loader, which reads `every` by itself. */
export const everyReader = z.strictObject({ every: everySchema });

export const courseSchema = z.strictObject({
  sessions: count(COURSE_SESSION_MAX_COUNT, 'sessions of a course'),
  every: z.unknown().optional(),
  gap: quantity('interval', 'at least this long after a session on this site').optional(),
});

/** All but the steps and `every`, which are read one by one so that each is told its own problems. */
export const headSchema = z.strictObject({
  laserbelt: version,
  name: planName,
  title: text(TITLE_MAX_CHARS, 'for people').optional(),
  site: oneOf(
    BODY_SITES,
    'body site',
    'where on the body the dose is booked; left and right are the wearer’s',
  ),
  basis: text(BASIS_MAX_CHARS, 'where the figures come from').optional(),
  evidence: text(EVIDENCE_MAX_CHARS, 'what is known of the effect, and how good it is').optional(),
  session: z.array(z.unknown()).min(1).max(PLAN_STEP_MAX_COUNT),
  course: courseSchema.optional(),
  limits: z
    .strictObject({
      sessionDose: quantity('radiantExposure', 'per zone and visit, all wavelengths together').optional(),
      duration: quantity('duration', 'light and rests of a visit; care steps are not counted').optional(),
    })
    .meta({ description: 'may only narrow what belt, site and program limits allow' })
    .optional(),
  screening: oneOf(
    ['standard'],
    'screening',
    'which questions are asked before a course and before a session',
  ).optional(),
});
export type HeadDocument = z.infer<typeof headSchema>;
