// The names of everything that can go wrong with a simulated belt, with what each does and the keys it takes.

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
  | 'key-store-damaged'
  | 'press-button'
  | 'charging'
  | 'pairing-window'
  | 'factory-reset';

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
  define(
    'key-store-damaged',
    'the keys of paired controllers cannot be read any more, until a factory reset',
  ),
];

/** Not faults: what a person does to a belt. Injected in the same way. */
export const LEVERS: readonly FaultDefinition[] = [
  define('press-button', 'the button on the belt is pressed', duration('for', 'how long', '200ms')),
  define('charging', 'the charger is plugged in', FOR),
  define('pairing-window', 'the button is held: for 60 s a controller can be paired'),
  define(
    'factory-reset',
    'every paired controller is forgotten and the belt restarts; records and lockouts stay',
  ),
];
