// The names of everything that can go wrong with a simulated belt, and the grammar they are written in:
// `name[@time][:key=value,…]`. What each does to the belt is in fault-effects.ts.

export type FaultName =
  | 'contact-lost'
  | 'contact-sensor-stuck'
  | 'over-temperature'
  | 'temperature-sensor-stuck'
  | 'temperature-sensor-open'
  | 'emitter-stuck-on'
  | 'emitter-dead'
  | 'emitter-gain'
  | 'feedback-open'
  | 'monitor-gain'
  | 'monitor-open'
  | 'double-frequency'
  | 'link-drop'
  | 'link-stall'
  | 'frame-loss'
  | 'frame-corrupt'
  | 'frame-duplicate'
  | 'answer-lost'
  | 'clock-drift'
  | 'firmware-hang'
  | 'reboot'
  | 'battery-low'
  | 'record-lost'
  | 'press-button'
  | 'charging';

export type FaultKeyKind =
  | { readonly kind: 'zone' }
  | { readonly kind: 'duration'; readonly default?: string }
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly default: number | undefined;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string | undefined };

export interface FaultKey {
  readonly name: string;
  readonly does: string;
  readonly value: FaultKeyKind;
}

export interface FaultDefinition {
  readonly name: FaultName;
  readonly does: string;
  readonly keys: readonly FaultKey[];
}

const number = (name: string, does: string, min: number, max: number, byDefault?: number): FaultKey => ({
  name,
  does,
  value: { kind: 'number', min, max, default: byDefault },
});
const choice = (name: string, does: string, choices: readonly string[], byDefault?: string): FaultKey => ({
  name,
  does,
  value: { kind: 'choice', choices, default: byDefault },
});
const duration = (name: string, does: string, byDefault?: string): FaultKey => ({
  name,
  does,
  value: byDefault === undefined ? { kind: 'duration' } : { kind: 'duration', default: byDefault },
});

const ZONE: FaultKey = { name: 'zone', does: 'L1, L2, …; all zones when left out', value: { kind: 'zone' } };
const FOR = duration('for', 'how long it lasts; for good when left out');
const WAVELENGTH = number('wavelength', 'only the emitters of this wavelength in nm', 400, 1400);
const SENSOR = choice('sensor', 'which of the two sensors of a zone', ['a', 'b', 'both'], 'both');
const DIRECTION = choice('direction', 'which way', ['to-belt', 'to-central', 'both'], 'both');
const RATE = (byDefault: number): FaultKey => number('rate', 'part of the frames, 0 to 1', 0, 1, byDefault);
const COUNT = number('count', 'how many frames, then it is over', 1, 1e6);
const CHARACTERISTIC = choice('characteristic', 'only frames of this one', [
  'controlPoint',
  'lease',
  'tick',
  'events',
  'recordAccess',
  'recordData',
]);

const define = (name: FaultName, does: string, ...keys: readonly FaultKey[]): FaultDefinition => ({
  name,
  does,
  keys,
});

export const FAULTS: readonly FaultDefinition[] = [
  define('contact-lost', 'the belt lifts off the skin', ZONE, FOR),
  define(
    'contact-sensor-stuck',
    'the contact switch does not move any more',
    ZONE,
    FOR,
    choice('reads', 'what it says', ['covered', 'uncovered'], 'covered'),
  ),
  define(
    'over-temperature',
    'the skin is held at a temperature',
    ZONE,
    FOR,
    number('celsius', 'in °C', 0, 100, 44),
  ),
  define('temperature-sensor-stuck', 'a temperature sensor repeats its last reading', ZONE, FOR, SENSOR),
  define('temperature-sensor-open', 'a temperature sensor is an open circuit', ZONE, FOR, SENSOR),
  define(
    'emitter-stuck-on',
    'the driver conducts at full power whatever it is told; the master still works',
    ZONE,
    FOR,
    WAVELENGTH,
    choice(
      'master',
      'whether the master switch in series is welded as well',
      ['working', 'welded'],
      'working',
    ),
  ),
  define(
    'emitter-dead',
    'the emitter gives no light',
    ZONE,
    FOR,
    WAVELENGTH,
    choice(
      'as',
      'whether its current still flows, or the self-test finds an open circuit',
      ['dark', 'open'],
      'dark',
    ),
  ),
  define(
    'emitter-gain',
    'the emitter gives a multiple of what is set',
    ZONE,
    FOR,
    WAVELENGTH,
    number('factor', 'of the set power', 0, 10, 2.3),
  ),
  define(
    'feedback-open',
    'the control photodiode is open: the driver goes to full power when lit',
    ZONE,
    FOR,
    WAVELENGTH,
  ),
  define(
    'monitor-gain',
    'the monitor photodiode reads a multiple of the light',
    ZONE,
    FOR,
    WAVELENGTH,
    number('factor', 'of the true power', 0, 10, 0.5),
  ),
  define('monitor-open', 'the monitor photodiode is an open circuit and reads dark', ZONE, FOR, WAVELENGTH),
  define('double-frequency', 'pulses come at twice the set frequency', FOR),
  define('link-drop', 'every link is lost', duration('for', 'no new link for this long', '0s')),
  define(
    'link-stall',
    'nothing passes, then all of it at once and in order',
    duration('for', 'how long', '2s'),
    DIRECTION,
  ),
  define(
    'frame-loss',
    'frames without acknowledgement vanish (others too when a characteristic is named)',
    FOR,
    RATE(0.3),
    COUNT,
    DIRECTION,
    CHARACTERISTIC,
  ),
  define('frame-corrupt', 'one bit of a frame is flipped', FOR, RATE(0.1), COUNT, DIRECTION, CHARACTERISTIC),
  define('frame-duplicate', 'a frame comes twice', FOR, RATE(0.3), COUNT, DIRECTION, CHARACTERISTIC),
  define(
    'answer-lost',
    'the answer to a command never comes',
    choice(
      'effect',
      'whether the command was lost before it took effect, or took effect',
      ['before', 'after'],
      'after',
    ),
    choice('op', 'only this command', ['prepare', 'arm', 'pause', 'resume', 'clear']),
    number('count', 'how many answers', 1, 1000, 1),
  ),
  define(
    'clock-drift',
    "the firmware's clock runs wrong",
    FOR,
    number('percent', 'positive is fast', -50, 50, 5),
  ),
  define(
    'firmware-hang',
    'the firmware stands still until the hardware watchdog opens the master and restarts it',
  ),
  define('reboot', 'the belt restarts and drops its links', duration('for', 'how long it is away', '500ms')),
  define('battery-low', 'the battery is nearly empty', FOR, number('percent', 'what is left', 0, 100, 8)),
  define(
    'record-lost',
    "the belt's session records are gone",
    number('count', 'how many of the newest; all when left out', 1, 1000),
    choice('counters', 'whether the record number starts again', ['kept', 'reset'], 'kept'),
  ),
];

/** Not faults: what a person does to a belt. Injected in the same way. */
export const LEVERS: readonly FaultDefinition[] = [
  define('press-button', 'the button on the belt is pressed', duration('for', 'how long', '200ms')),
  define('charging', 'the charger is plugged in', FOR),
];

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
