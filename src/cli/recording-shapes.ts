// What the lines of a recording may be. A line that is none of these is told with its number, and nothing of it is used.
import * as z from 'zod/mini';
import type { AnswerEntry, During, InputEntry, RecordingHeader } from './recording-format.ts';
import { RECORDING_FORMAT, RECORDING_VERSION } from './recording-format.ts';
import {
  beltEvents,
  bookEvents,
  count,
  lookEvents,
  reading,
  resolution,
  text,
  time,
} from './recording-belt-shapes.ts';

const PLAN_TEXT_MAX_CHARS = 256 * 1024;
const CARE_MAX_S = 1e6;

const stamped = { atMs: time };
const stopCause = z.enum(['stopCommand', 'interrupt', 'terminate', 'hangup', 'declined', 'unanswered']);
const operatorEvents = [
  z.strictObject({ type: z.literal('operator.start'), ...stamped }),
  z.strictObject({
    type: z.literal('operator.arm'),
    ...stamped,
    consent: z.enum(['atController', 'beltButton']),
  }),
  z.strictObject({ type: z.literal('operator.stop'), ...stamped, cause: stopCause }),
  z.strictObject({ type: z.literal('operator.pause'), ...stamped }),
  z.strictObject({ type: z.literal('operator.resume'), ...stamped }),
  z.strictObject({ type: z.literal('operator.present'), ...stamped }),
  z.strictObject({ type: z.literal('operator.abandon'), ...stamped }),
  z.strictObject({ type: z.literal('timer.due'), ...stamped }),
  z.strictObject({ type: z.literal('controller.failed'), ...stamped, detail: text }),
] as const;

const event = z.discriminatedUnion('type', [...beltEvents, ...bookEvents, ...operatorEvents]);

const input = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('visit'),
    visit: text,
    screening: text,
    planText: z.string().check(z.maxLength(PLAN_TEXT_MAX_CHARS)),
  }),
  z.strictObject({ t: z.literal('look') }),
  z.strictObject({ t: z.literal('seen'), event: z.discriminatedUnion('type', [...lookEvents]) }),
  z.strictObject({
    t: z.literal('session'),
    input: z.strictObject({
      planName: text,
      sessionTag: text,
      address: text,
      expectedBeltId: z.exactOptional(text),
      isScreened: z.exactOptional(z.boolean()),
      isPresenceAssumed: z.exactOptional(z.boolean()),
      isBeltForgetful: z.exactOptional(z.boolean()),
      emissionMaxMs: z.exactOptional(reading),
    }),
  }),
  z.strictObject({ t: z.literal('event'), event }),
  z.strictObject({ t: z.literal('fired'), timer: count }),
  z.strictObject({
    t: z.literal('care'),
    step: z.strictObject({
      measure: z.enum(['heat', 'stretch', 'massage', 'ice', 'rest', 'medicine']),
      durationS: z.number().check(z.gte(0), z.lte(CARE_MAX_S)),
      say: z.nullable(text),
    }),
    isConfirmed: z.boolean(),
  }),
  z.strictObject({
    t: z.literal('act'),
    act: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('skip') }),
      z.strictObject({ kind: z.literal('stop'), cause: stopCause }),
      z.strictObject({ kind: z.literal('fail'), detail: text }),
    ]),
  }),
  z.strictObject({
    t: z.literal('between'),
    end: z.nullable(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('stopped'), message: text }),
        z.object({
          kind: z.literal('refused'),
          hazard: z.nullable(z.templateLiteral(['H', z.string().check(z.maxLength(2))])),
          message: text,
        }),
        z.object({ kind: z.literal('unreachable'), message: text }),
        z.object({ kind: z.literal('failed'), message: text }),
      ]),
    ),
  }),
]);

const answer = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('threw'), words: text }),
  z.strictObject({ t: z.literal('resolved'), resolution }),
]);

const headerShape = z.object({
  format: z.literal(RECORDING_FORMAT),
  version: z.literal(RECORDING_VERSION),
  program: text,
  at: text,
  planDigest: z.nullable(text),
});

const DECISIONS: readonly unknown[] = ['did', 'timer', 'shown', 'outcome', 'cared', 'ended'];

/** One line, as the replay uses it. `body` is its text without the sum. */
export type ReplayLine = { readonly number: number; readonly body: string } & (
  | { readonly kind: 'input'; readonly entry: InputEntry; readonly nowMs: number }
  | {
      readonly kind: 'nested';
      readonly entry: InputEntry;
      readonly nowMs: number;
      readonly during: During;
    }
  | { readonly kind: 'answer'; readonly entry: AnswerEntry; readonly during: During }
  | { readonly kind: 'decision' }
);

export type ReadLine =
  { readonly ok: true; readonly line: ReplayLine } | { readonly ok: false; readonly problem: string };

const during = z.union([z.literal('call'), count]);

function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `the key ${issue.keys.join(', ')} is not known here`;
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'too_big':
      return `more than ${issue.maximum}`;
    case 'too_small':
      return `less than ${issue.minimum}`;
    default:
      return 'not a value that is known here';
  }
}

function problemOf(error: z.core.$ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return 'this is no line of a recording';
  const place = first.path.map(String).join('.');
  return place === '' ? wordsOf(first) : `${place}: ${wordsOf(first)}`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);

export function readHeader(
  value: unknown,
):
  { readonly ok: true; readonly header: RecordingHeader } | { readonly ok: false; readonly problem: string } {
  if (!isRecord(value) || value['format'] !== RECORDING_FORMAT)
    return { ok: false, problem: 'this is no recording of laserbelt start --record' };
  const found = headerShape.safeParse(value);
  if (found.success) return { ok: true, header: found.data };
  const { version } = value;
  if (typeof version === 'number' && version !== RECORDING_VERSION)
    return {
      ok: false,
      problem: `recordings of version ${version} are not known here (this program reads version ${RECORDING_VERSION})`,
    };
  return { ok: false, problem: problemOf(found.error) };
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function readAs<T extends z.ZodMiniType>(shape: T, value: unknown, name = ''): Read<z.infer<T>> {
  const found = shape.safeParse(value);
  if (found.success) return { ok: true, value: found.data };
  return { ok: false, problem: `${name === '' ? '' : `${name}: `}${problemOf(found.error)}` };
}

/** @param value of JSON, revived */
export function readEntry(value: unknown, number: number, body: string): ReadLine {
  if (!isRecord(value)) return { ok: false, problem: 'this is no line of a recording' };
  const { nowMs, during: place = 'call', ...entry } = value;
  if (DECISIONS.includes(entry['t'])) return { ok: true, line: { kind: 'decision', number, body } };
  const where = readAs(during, place, 'during');
  if (!where.ok) return where;
  if (entry['t'] === 'threw' || entry['t'] === 'resolved') {
    const found = readAs(answer, entry);
    return found.ok
      ? { ok: true, line: { kind: 'answer', entry: found.value, during: where.value, number, body } }
      : found;
  }
  const found = readAs(input, entry);
  if (!found.ok) return found;
  const at = readAs(time, nowMs, 'nowMs');
  if (!at.ok) return at;
  const taken = { entry: found.value, nowMs: at.value, number, body };
  return value['during'] === undefined
    ? { ok: true, line: { kind: 'input', ...taken } }
    : { ok: true, line: { kind: 'nested', during: where.value, ...taken } };
}
