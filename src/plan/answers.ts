// The answers file: what a script says for a person who has answered the screening questions. Every mistake is told with
// its place, and a file with any mistake answers nothing. There is no word that answers several questions at once.
import { MS_PER_DAY, parseDate } from './calendar.ts';
import { nearestName } from './nearest.ts';
import type { PlanProblem } from './plan.ts';
import type { PathProblem, PlanPath } from './problem.ts';
import { isPlainText, quote } from './quote.ts';
import { describeValue } from './fields.ts';
import { readYamlSource } from './yaml-source.ts';

export const ANSWERS_VERSION_KEY = 'laserbelt-answers';
export const ANSWERS_FORMAT_VERSION = 1;
/**
 * Before a course; what can change from day to day is asked anew. Shorter than the pause between two courses of a plan, so
 * that the answers of one never stand for the next [eng].
 */
export const FULL_FORM_MAX_DAYS = 20;
export const SHORT_FORM_MAX_DAYS = 1;
/** A clinician's word holds for a year [eng]. */
const OVERRIDE_MAX_DAYS = 365;
/** Clocks of two machines differ a little. */
const FUTURE_MAX_MS = 5 * 60_000;
const NAME_MAX_CHARS = 80;

/** A screening question, as far as this file goes. */
export interface AnswerableQuestion {
  readonly id: string;
  readonly words: string;
  readonly forms: readonly ('full' | 'short')[];
  readonly isOverridable?: boolean;
}

export interface AnswersRequest {
  /** Every question there is: an answer too many is none of ours to refuse. */
  readonly known: readonly AnswerableQuestion[];
  /** What this session asks, form by form. */
  readonly full: readonly AnswerableQuestion[];
  readonly short: readonly AnswerableQuestion[];
  readonly needed: 'full' | 'short';
  readonly person: string;
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  readonly utcOffsetMinutes: number;
}

export interface GivenAnswers {
  readonly form: 'full' | 'short';
  /** False: a full form that is too old for what can change from day to day. */
  readonly isOfToday: boolean;
  readonly atMs: number;
  readonly answers: Readonly<Record<string, 'yes' | 'no'>>;
  readonly overrides: Readonly<Record<string, { readonly by: string; readonly date: string }>>;
}

export type ReadAnswers =
  | { readonly ok: true; readonly value: GivenAnswers }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

interface Reading {
  readonly request: AnswersRequest;
  readonly problems: PathProblem[];
}

function tell(reading: Reading, path: PlanPath, message: string, expected: string, at?: 'key'): undefined {
  reading.problems.push({ path, message, expected, ...(at === undefined ? {} : { at }) });
  return undefined;
}

function tellUnknown(reading: Reading, path: PlanPath, what: string, known: readonly string[]): void {
  const key = String(path[path.length - 1]);
  const meant = nearestName(key, known);
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  tell(reading, path, `unknown ${what} ${quote(key)}${hint}`, `one of ${known.join(', ')}`, 'key');
}

/** Undefined, and told, when it is no date or lies in the future. */
function readDate(reading: Reading, value: unknown, path: PlanPath, maxDays: number): number | undefined {
  const { nowMs, utcOffsetMinutes } = reading.request;
  const expected = 'a date such as 2026-03-01, or 2026-03-01T08:30:00Z';
  const atMs = typeof value === 'string' ? parseDate(value, utcOffsetMinutes) : undefined;
  if (atMs === undefined)
    return tell(reading, path, `\`date\`: ${describeValue(value)} is no date`, expected);
  if (!(atMs <= nowMs + FUTURE_MAX_MS))
    return tell(
      reading,
      path,
      `\`date\`: ${quote(String(value))} is in the future`,
      'the day of the answers',
    );
  if (nowMs - atMs <= maxDays * MS_PER_DAY) return atMs;
  const days = Math.floor((nowMs - atMs) / MS_PER_DAY);
  return tell(
    reading,
    path,
    `\`date\`: this is ${days} days old`,
    `at most ${maxDays === 1 ? '1 day' : `${maxDays} days`}: answer the questions anew`,
  );
}

function readAnswer(reading: Reading, id: string, value: unknown): 'yes' | 'no' | undefined {
  const path = ['answers', id];
  if (!reading.request.known.some((question) => question.id === id)) {
    tellUnknown(
      reading,
      path,
      'question',
      reading.request.known.map((question) => question.id),
    );
    return undefined;
  }
  if (value === 'yes' || value === 'no') return value;
  // A template that nobody has filled in.
  if (value === null || value === '') return tell(reading, path, `\`${id}\` is not answered`, 'yes or no');
  const lower = String(typeof value === 'string' ? value : '').toLowerCase();
  const meant =
    /^(y|yes|true|on)$/.test(lower) || value === true
      ? 'yes'
      : /^(n|no|false|off)$/.test(lower) || value === false
        ? 'no'
        : '';
  const hint = meant === '' ? '' : `; did you mean \`${meant}\`?`;
  return tell(reading, path, `\`${id}\`: ${describeValue(value)} is no answer${hint}`, 'yes or no');
}

function readOverride(
  reading: Reading,
  id: string,
  value: unknown,
): { readonly by: string; readonly date: string } | undefined {
  const path = ['override', id];
  const overridable = reading.request.known.filter((question) => question.isOverridable === true);
  if (!overridable.some((question) => question.id === id)) {
    const names = overridable.map((question) => question.id);
    if (!reading.request.known.some((question) => question.id === id))
      tellUnknown(reading, path, 'question', names);
    else tell(reading, path, `\`${id}\`: nobody can override this`, `one of ${names.join(', ')}`, 'key');
    return undefined;
  }
  const expected = '`{ by: Dr Name, date: 2026-03-01 }`';
  if (!isGroup(value)) return tell(reading, path, `${describeValue(value)} is no override`, expected);
  for (const key of Object.keys(value))
    if (key !== 'by' && key !== 'date') tellUnknown(reading, [...path, key], 'key', ['by', 'date']);
  const by = readName(reading, value['by'], [...path, 'by'], 'the clinician who says so');
  if (by !== undefined && by.toLowerCase() === reading.request.person.toLowerCase())
    return tell(
      reading,
      [...path, 'by'],
      `\`by\`: ${quote(by)} is the person who is treated`,
      'the clinician who says so',
    );
  const atMs = readDate(reading, value['date'], [...path, 'date'], OVERRIDE_MAX_DAYS);
  return by === undefined || atMs === undefined ? undefined : { by, date: String(value['date']) };
}

function readName(reading: Reading, value: unknown, path: PlanPath, expected: string): string | undefined {
  const key = String(path[path.length - 1]);
  if (value === undefined) return tell(reading, path.slice(0, -1), `\`${key}\` is missing`, expected);
  const name = typeof value === 'string' ? value.trim() : '';
  if (name !== '' && name.length <= NAME_MAX_CHARS && isPlainText(name)) return name;
  return tell(reading, path, `\`${key}\`: ${describeValue(value)} is no name`, expected);
}

/** Each entry of a group by itself; what is wrong is told and left out. */
function readEach<T>(
  reading: Reading,
  value: unknown,
  key: string,
  read: (id: string, value: unknown) => T | undefined,
): Readonly<Record<string, T>> {
  const found = Object.create(null) as Record<string, T>;
  if (value === undefined && key !== 'answers') return found;
  if (!isGroup(value)) {
    if (value === undefined)
      tell(reading, [], '`answers` is missing', 'one line for each question: `pregnancy: no`');
    else
      tell(
        reading,
        [key],
        `\`${key}\`: ${describeValue(value)} is no group of keys`,
        'one line for each question',
      );
    return found;
  }
  for (const [id, entry] of Object.entries(value)) {
    const one = read(id, entry);
    if (one !== undefined) found[id] = one;
  }
  return found;
}

/** Which form the file holds: a full one also serves where a short one is needed. */
function formOf({ needed, full, short }: AnswersRequest, given: Group): 'full' | 'short' {
  if (needed === 'full') return 'full';
  const missing = (form: readonly AnswerableQuestion[]): number =>
    form.filter(({ id }) => !Object.hasOwn(given, id)).length;
  return missing(short) > 0 && missing(full) < missing(short) ? 'full' : 'short';
}

const HEAD_KEYS = [ANSWERS_VERSION_KEY, 'person', 'date', 'answers', 'override'];
const VERSION_WORDS = `\`${ANSWERS_VERSION_KEY}: ${ANSWERS_FORMAT_VERSION}\``;

/** Everything but date, answers and overrides. */
function checkHead(reading: Reading, document: Group): void {
  for (const key of Object.keys(document))
    if (!HEAD_KEYS.includes(key)) tellUnknown(reading, [key], 'key', HEAD_KEYS);
  const version = document[ANSWERS_VERSION_KEY];
  if (version === undefined) tell(reading, [], `\`${ANSWERS_VERSION_KEY}\` is missing`, VERSION_WORDS);
  else if (version !== ANSWERS_FORMAT_VERSION) {
    const message = `format version ${describeValue(version)} is not known here`;
    tell(reading, [ANSWERS_VERSION_KEY], message, VERSION_WORDS);
  }
  const person = readName(reading, document['person'], ['person'], 'who is treated, as in --person');
  const wanted = reading.request.person;
  if (person === undefined || person === wanted) return;
  const message = `\`person\`: these are the answers of ${quote(person)}`;
  tell(reading, ['person'], message, `those of ${quote(wanted)}, or start with --person`);
}

function readGivenDate(reading: Reading, value: unknown, form: 'full' | 'short'): number | undefined {
  if (value === undefined)
    return tell(reading, [], '`date` is missing', 'the day of the answers: 2026-03-01');
  return readDate(reading, value, ['date'], form === 'full' ? FULL_FORM_MAX_DAYS : SHORT_FORM_MAX_DAYS);
}

function tellOpen(reading: Reading, given: Group, form: 'full' | 'short'): void {
  for (const { id, words } of reading.request[form])
    if (!Object.hasOwn(given, id))
      tell(reading, ['answers'], `\`${id}\` is not answered`, `yes or no: ${words}`, 'key');
}

function readDocument(reading: Reading, document: unknown): GivenAnswers | undefined {
  const { request } = reading;
  if (!isGroup(document))
    return tell(reading, [], 'this is no answers file', `a file that begins ${VERSION_WORDS}`);
  checkHead(reading, document);
  const given = isGroup(document['answers']) ? document['answers'] : undefined;
  const form = formOf(request, given ?? {});
  const atMs = readGivenDate(reading, document['date'], form);
  const answers = readEach(reading, document['answers'], 'answers', (id, entry) =>
    readAnswer(reading, id, entry),
  );
  const overrides = readEach(reading, document['override'], 'override', (id, entry) =>
    readOverride(reading, id, entry),
  );
  if (given !== undefined) tellOpen(reading, given, form);
  if (atMs === undefined) return undefined;
  const isOfToday = request.nowMs - atMs <= SHORT_FORM_MAX_DAYS * MS_PER_DAY;
  return { form, isOfToday, atMs, answers, overrides };
}

/** `text` is the content of `file`, whose name is only quoted. Never throws; any problem and nothing is answered. */
export function readAnswers(text: string, file: string, request: AnswersRequest): ReadAnswers {
  const source = readYamlSource(text, 'questionnaire');
  const reading: Reading = { request, problems: [] };
  const value = source.problems.length > 0 ? undefined : readDocument(reading, source.value);
  const problems = [...source.problems, ...reading.problems.map((problem) => source.place(problem))]
    .sort((left, right) => left.line - right.line || left.column - right.column)
    .map((problem) => ({ file, ...problem }));
  return value !== undefined && problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}
