// The grammar of faults: `name[@time][:key=value,…]`. The names are in fault-list.ts, what each does to the belt in
// fault-effects.ts.
import { FAULTS, LEVERS, type FaultDefinition, type FaultKey, type FaultName } from './fault-list.ts';

export { FAULTS, LEVERS, type FaultDefinition, type FaultKey, type FaultName } from './fault-list.ts';

export type FaultStart =
  | { readonly from: 'now' }
  /** Since the first light of the session. */
  | { readonly from: 'light'; readonly afterMs: number }
  /** Since power-on of the belt. */
  | { readonly from: 'boot'; readonly afterMs: number };

export interface Fault {
  readonly name: FaultName;
  readonly spec: string;
  readonly start: FaultStart;
  /** 0-based; undefined is every zone. */
  readonly zone: number | undefined;
  readonly forMs: number | undefined;
  readonly numbers: Readonly<Record<string, number>>;
  readonly choices: Readonly<Record<string, string>>;
}

export type FaultResult =
  { readonly ok: true; readonly fault: Fault } | { readonly ok: false; readonly message: string };

const failed = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
});

/** Edits between two words, for `did you mean`. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}

function suggestion(word: string, known: readonly string[]): string {
  const lower = word.toLowerCase();
  const close = known
    .map((name) => ({ name, edits: distance(lower, name) }))
    .sort((left, right) => left.edits - right.edits)[0];
  if (close !== undefined && close.edits <= Math.max(2, Math.floor(close.name.length / 3)))
    return `, did you mean "${close.name}"?`;
  return `; known: ${known.join(', ')}`;
}

/** Milliseconds of `30s`, `500ms`, `2min`, or undefined. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(text);
  if (match === null) return undefined;
  const unitMs = match[2] === 'ms' ? 1 : match[2] === 's' ? 1000 : 60_000;
  return Number(match[1]) * unitMs;
}

function parseStart(text: string): FaultStart | string {
  const fromBoot = text.startsWith('boot+');
  const afterMs = parseDurationMs(fromBoot ? text.slice('boot+'.length) : text);
  if (afterMs === undefined) return `"@${text}": expected a time such as @30s, @500ms, @2min or @boot+5s`;
  return { from: fromBoot ? 'boot' : 'light', afterMs };
}

interface Values {
  zone: number | undefined;
  forMs: number | undefined;
  readonly numbers: Record<string, number>;
  readonly choices: Record<string, string>;
}

/** Puts one value in its place, or says what was expected. */
function takeValue(values: Values, key: FaultKey, text: string): string | undefined {
  const { value } = key;
  switch (value.kind) {
    case 'zone': {
      const match = /^[Ll]([1-8])$/.exec(text);
      if (match !== null) values.zone = Number(match[1]) - 1;
      else if (text !== 'all') return `${key.name}=${text}: expected a zone such as L2`;
      return undefined;
    }
    case 'duration': {
      values.forMs = parseDurationMs(text);
      return values.forMs === undefined
        ? `${key.name}=${text}: expected a duration such as 500ms, 30s or 2min`
        : undefined;
    }
    case 'number': {
      const parsed = text.trim() === '' ? Number.NaN : Number(text);
      if (!(parsed >= value.min && parsed <= value.max))
        return `${key.name}=${text}: expected a number from ${value.min} to ${value.max}`;
      values.numbers[key.name] = parsed;
      return undefined;
    }
    case 'choice':
      if (!value.choices.includes(text)) return `${key.name}=${text}: expected ${value.choices.join(' or ')}`;
      values.choices[key.name] = text;
      return undefined;
  }
}

function defaultsOf(definition: FaultDefinition): Values {
  const values: Values = { zone: undefined, forMs: undefined, numbers: {}, choices: {} };
  for (const { name, value } of definition.keys) {
    if (value.kind === 'duration' && value.default !== undefined)
      values.forMs = parseDurationMs(value.default);
    if (value.kind === 'number' && value.default !== undefined) values.numbers[name] = value.default;
    if (value.kind === 'choice' && value.default !== undefined) values.choices[name] = value.default;
  }
  return values;
}

/** Reads one specification. The message names what is wrong with it and what was probably meant. */
export function parseFault(spec: string): FaultResult {
  const match = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(spec.trim());
  const name = match?.[1] ?? '';
  const all = [...FAULTS, ...LEVERS];
  const definition = all.find((candidate) => candidate.name === name);
  if (definition === undefined)
    return failed(
      `unknown fault "${name}"${suggestion(
        name,
        all.map((known) => known.name),
      )}`,
    );
  const start: FaultStart | string = match?.[2] === undefined ? { from: 'now' } : parseStart(match[2]);
  if (typeof start === 'string') return failed(`${name}: ${start}`);
  const values = defaultsOf(definition);
  const pairs = match?.[3] === undefined ? [] : match[3].split(',');
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return failed(`${name}: "${pair}": expected key=value`);
    const keyName = pair.slice(0, at).trim();
    const key = definition.keys.find((candidate) => candidate.name === keyName);
    if (key === undefined) {
      const known = definition.keys.map((candidate) => candidate.name);
      const hint = known.length === 0 ? '; it has no keys' : suggestion(keyName, known);
      return failed(`${name}: unknown key "${keyName}"${hint}`);
    }
    const problem = takeValue(values, key, pair.slice(at + 1).trim());
    if (problem !== undefined) return failed(`${name}: ${problem}`);
  }
  return { ok: true, fault: { name: definition.name, spec: spec.trim(), start, ...values } };
}
