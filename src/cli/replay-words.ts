// What a replay found, in words: above all, where the controller of now decides something else.
import type { Difference } from './replay-turn.ts';
import { textOf } from './recording-format.ts';

const VALUE_MAX_CHARS = 160;
const PLACE_MAX_COUNT = 4;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const brief = (value: unknown): string => {
  const text =
    value === undefined
      ? 'nothing'
      : typeof value === 'object' && value !== null
        ? textOf(value)
        : JSON.stringify(value);
  return text.length > VALUE_MAX_CHARS ? `${text.slice(0, VALUE_MAX_CHARS)}…` : text;
};

/** `belt.lease {"tick":…}` */
export function decisionWords(line: unknown): string {
  if (!isRecord(line)) return 'nothing';
  switch (line['t']) {
    case 'did': {
      const args = Array.isArray(line['with']) ? line['with'] : [];
      return [String(line['call']), ...args.map(brief)].join(' ');
    }
    case 'timer':
      return line['delayMs'] === null
        ? `timer ${brief(line['timer'])} called off`
        : `timer ${brief(line['timer'])} set, ${brief(line['delayMs'])} ms`;
    case 'shown':
      return `shown: ${brief(line['shown'])}`;
    case 'outcome':
      return `the session’s outcome: ${brief(line['outcome'])}`;
    case 'ended':
      return `the visit’s outcome: ${brief(line['outcome'])}`;
    case 'cared':
      return `the care step’s end: ${brief(line['end'])}`;
    case 'resolved':
      return `what the plan comes to on this belt: ${brief(line['resolution'])}`;
    default:
      return brief(line);
  }
}

interface Place {
  readonly path: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

function placesOf(recorded: unknown, now: unknown, path: string): readonly Place[] {
  if (Array.isArray(recorded) && Array.isArray(now))
    return Array.from({ length: Math.max(recorded.length, now.length) }, (_, index) => index).flatMap(
      (index) => placesOf(recorded[index], now[index], `${path}[${index}]`),
    );
  if (isRecord(recorded) && isRecord(now))
    return [...new Set([...Object.keys(recorded), ...Object.keys(now)])].flatMap((key) =>
      placesOf(recorded[key], now[key], path === '' ? key : `${path}.${key}`),
    );
  return Object.is(recorded, now) ? [] : [{ path, recorded, now }];
}

/** The values that differ, where both decided the same kind of thing; else both in full. */
export function differenceWords({ recorded, now }: Difference): readonly string[] {
  const isSameKind =
    isRecord(recorded) &&
    isRecord(now) &&
    recorded['t'] === now['t'] &&
    (recorded['t'] !== 'did' || recorded['call'] === now['call']);
  const whole = [`  recorded: ${decisionWords(recorded)}`, `  now:      ${decisionWords(now)}`];
  if (!isSameKind) return whole;
  const places = placesOf(recorded, now, '');
  const shown = places
    .slice(0, PLACE_MAX_COUNT)
    .map(({ path, recorded: was, now: is }) => `  ${path}: ${brief(was)} recorded, ${brief(is)} now`);
  const more = places.length - shown.length;
  return [...whole, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
