// What a file of kept screening answers says: one JSON object with a check over everything in it, so that a torn or
// altered file shows as that and never as an answer. Pure but for the hash.
import { createHash } from 'node:crypto';

/** One time that somebody answered the questions, whatever came of it. */
export interface KeptScreening {
  /** When they were answered, milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly form: 'full' | 'short';
  readonly plan: string;
  readonly site: string;
  readonly source: 'terminal' | 'file';
  /** The answers let the light on. */
  readonly isPassed: boolean;
  readonly answers: Readonly<Record<string, 'yes' | 'no'>>;
  readonly overrides: Readonly<Record<string, { readonly by: string; readonly date: string }>>;
}

const KIND = 'screening answers';
const VERSION = 1;
const CHECK_CHARACTERS = 16;
/** Two a day for two months; the dose book keeps how each session was screened. */
export const SCREENING_MAX_COUNT = 120;
const ENTRY_MAX_COUNT = 100;

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };
const failed = (detail: string): { readonly ok: false; readonly detail: string } => ({ ok: false, detail });
const TORN = 'is torn or was altered';

const checkOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, CHECK_CHARACTERS);

/** The newest `SCREENING_MAX_COUNT` of them, in their order. */
export function encodeAnswersFile(person: string, screenings: readonly KeptScreening[]): string {
  const content = {
    laserbelt: KIND,
    version: VERSION,
    person,
    screenings: screenings.slice(-SCREENING_MAX_COUNT),
  };
  return `${JSON.stringify({ ...content, check: checkOf(content) }, null, 1)}\n`;
}

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAnswers = (value: unknown): value is KeptScreening['answers'] =>
  isGroup(value) &&
  Object.keys(value).length <= ENTRY_MAX_COUNT &&
  Object.values(value).every((answer) => answer === 'yes' || answer === 'no');

const isOverrides = (value: unknown): value is KeptScreening['overrides'] =>
  isGroup(value) &&
  Object.keys(value).length <= ENTRY_MAX_COUNT &&
  Object.values(value).every(
    (entry) => isGroup(entry) && typeof entry['by'] === 'string' && typeof entry['date'] === 'string',
  );

function isScreening(value: unknown): value is KeptScreening {
  if (!isGroup(value)) return false;
  const { atMs, form, plan, site, source, isPassed, answers, overrides } = value;
  return (
    Number.isSafeInteger(atMs) &&
    (form === 'full' || form === 'short') &&
    typeof plan === 'string' &&
    typeof site === 'string' &&
    (source === 'terminal' || source === 'file') &&
    typeof isPassed === 'boolean' &&
    isAnswers(answers) &&
    isOverrides(overrides)
  );
}

/** `person`: whose file it is by its name. One that was copied or renamed answers for nobody. Never throws. */
export function decodeAnswersFile(text: string, person: string): Parsed<readonly KeptScreening[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed(TORN);
  }
  if (!isGroup(value) || value['laserbelt'] !== KIND) return failed('is not one of ours');
  if (value['version'] !== VERSION) return failed('was written by another version of laserbelt');
  const { check, ...content } = value;
  if (check !== checkOf(content)) return failed(TORN);
  if (content['person'] !== person)
    return failed('was copied or renamed: inside it are the answers of another person');
  const { screenings } = content;
  if (!Array.isArray(screenings) || screenings.length > SCREENING_MAX_COUNT) return failed(TORN);
  const kept: KeptScreening[] = [];
  for (const screening of screenings) {
    if (!isScreening(screening)) return failed(TORN);
    kept.push(screening);
  }
  return { ok: true, value: kept };
}
