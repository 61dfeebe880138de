// What we use of bleno, in our own narrow types, and how it is loaded. Casts of the Bluetooth server live here alone:
// what comes from the stack is read as `unknown` everywhere else.

/** Why no belt is served. The same words as on the controller's side. */
export type ServeFailure =
  | 'noAdapter'
  | 'noPermission'
  | 'bluetoothOff'
  | 'moduleMissing'
  | 'moduleBroken'
  | 'unsupported'
  | 'timedOut'
  | 'refused';

/** Gives a fresh bleno that has not opened its adapter yet. Rejects or throws what loading throws. */
export type LoadBleno = () => Promise<unknown>;

export type Answer = (code: number, data?: Buffer) => void;

/** The handlers bleno calls; `connection` names one central's link. */
export interface CharacteristicOptions {
  readonly uuid: string;
  readonly properties: readonly string[];
  readonly value?: Buffer;
  readonly onReadRequest?: (connection: unknown, offset: unknown, answer: Answer) => void;
  readonly onWriteRequest?: (
    connection: unknown,
    data: unknown,
    offset: unknown,
    withoutResponse: unknown,
    answer: Answer,
  ) => void;
  readonly onSubscribe?: (connection: unknown, maxBytes: unknown, update: (data: Buffer) => void) => void;
  readonly onUnsubscribe?: (connection: unknown) => void;
  readonly onIndicate?: (connection: unknown) => void;
}

export interface Bleno {
  on(event: string, listener: (...values: readonly unknown[]) => void): unknown;
  readonly state: string;
  readonly Characteristic: new (options: CharacteristicOptions) => object;
  readonly PrimaryService: new (options: { uuid: string; characteristics: readonly object[] }) => object;
  setServices(services: readonly object[]): void;
  startAdvertising(name: string, serviceUuids: readonly string[]): void;
  stop(): void;
  disconnect(): void;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The named field of anything, or undefined. */
export const fieldOf = (value: unknown, name: string): unknown =>
  isObject(value) ? Reflect.get(value, name) : undefined;

/** Calls the named method if there is one; says whether there was. What it throws is left to the caller. */
export function callMethod(value: unknown, name: string, ...values: readonly unknown[]): boolean {
  const method = fieldOf(value, name);
  if (typeof method !== 'function') return false;
  Reflect.apply(method, value, values);
  return true;
}

/** Puts our function in the place of a method of theirs, on this one object. */
export function replaceMethod(
  owner: unknown,
  name: string,
  make: (original: (...values: readonly unknown[]) => unknown) => (...values: readonly unknown[]) => unknown,
): void {
  const method = fieldOf(owner, name);
  if (!isObject(owner) || typeof method !== 'function') return;
  const original = (...values: readonly unknown[]): unknown => Reflect.apply(method, owner, values);
  Reflect.set(owner, name, make(original));
}

const METHODS = [
  'on',
  'setServices',
  'startAdvertising',
  'stop',
  'disconnect',
  'Characteristic',
  'PrimaryService',
];

export const asBleno = (value: unknown): Bleno | undefined =>
  METHODS.every((name) => typeof fieldOf(value, name) === 'function') ? (value as Bleno) : undefined;

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The one place that imports bleno. Its default instance cannot start twice, so each serving gets its own. */
export const loadInstalledBleno: LoadBleno = async () => {
  const entry: unknown = await import('@stoprocent/bleno');
  const create = fieldOf(fieldOf(entry, 'default'), 'withBindings') ?? fieldOf(entry, 'withBindings');
  if (typeof create !== 'function') throw new Error('bleno has an unknown shape');
  return Reflect.apply(create, undefined, []);
};

/** Which of our words says what went wrong while bleno loaded or opened the adapter. */
export function failureOfCause(cause: unknown): ServeFailure {
  const code = String(fieldOf(cause, 'code') ?? '');
  const text = `${code} ${wordsOf(cause)}`;
  if (/MODULE_NOT_FOUND/.test(code))
    return /Cannot find (package|module) '@stoprocent\/bleno/.test(text) ? 'moduleMissing' : 'moduleBroken';
  // bleno's socket reports the system's words without the code.
  if (/EAFNOSUPPORT|Address family not supported|ENODEV|No such device|ENXIO/.test(text)) return 'noAdapter';
  if (/EPERM|Operation not permitted|EACCES|Permission denied/.test(text)) return 'noPermission';
  if (/ENETDOWN|Network is down|ERFKILL|RF-kill/.test(text)) return 'bluetoothOff';
  if (/Unsupported platform/i.test(text)) return 'unsupported';
  return 'moduleBroken';
}

/** What a state of bleno that is not `poweredOn` means; undefined while it may yet become so. */
export function failureOfState(state: unknown): ServeFailure | undefined {
  switch (state) {
    case 'poweredOff':
      return 'bluetoothOff';
    case 'unauthorized':
      return 'noPermission';
    case 'unsupported':
      return 'unsupported';
    default:
      return undefined;
  }
}
