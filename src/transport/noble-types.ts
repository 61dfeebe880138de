// What we use of noble, in our own narrow types. The package's own types say `string` where an Error comes, leave out
// `state`, and call optional what is there and present what is not; so nothing of theirs leaves these files, and what
// comes from the stack is read as `unknown`. Casts of the noble adapter live here alone.

type Listener = (...values: readonly unknown[]) => void;

export interface StackEmitter {
  on(event: string, listener: Listener): unknown;
  removeListener(event: string, listener: Listener): unknown;
}

/** In units of 1.25 ms (intervals) and 10 ms (timeout). Only Linux takes them; macOS and Windows choose themselves. */
export interface LinkParameters {
  readonly minInterval: number;
  readonly maxInterval: number;
  readonly latency: number;
  readonly timeout: number;
}

// Methods are called without callbacks: each callback would be one more listener, for ever if it never fires.
export interface NobleCharacteristic extends StackEmitter {
  readonly uuid: string;
  read(): void;
  write(data: Buffer, withoutResponse: boolean): void;
  subscribe(): void;
}

export interface NobleService extends StackEmitter {
  readonly uuid: string;
  discoverCharacteristics(uuids: readonly string[]): void;
}

export interface NoblePeripheral extends StackEmitter {
  readonly id: string;
  readonly state: string;
  connect(parameters: LinkParameters): void;
  cancelConnect(): void;
  disconnect(): void;
  discoverServices(uuids: readonly string[]): void;
}

export interface Noble extends StackEmitter {
  /** Reading it the first time opens the adapter, and throws what that throws. */
  readonly state: string;
  startScanning(serviceUuids: readonly string[], allowDuplicates: boolean): void;
  stopScanning(): void;
}

/** The part of noble's GATT client on Linux that the guard and the lane past its queue need. */
export interface NobleGatt {
  writeAtt(pdu: Buffer): void;
  readonly _aclStream: { push(channel: number | null, data: Buffer | null): void };
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The named field of anything, or undefined. */
export const fieldOf = (value: unknown, name: string): unknown =>
  isObject(value) ? Reflect.get(value, name) : undefined;

/** Calls the named method if there is one; whatever it throws is left to the caller. */
export function callMethod(value: unknown, name: string, ...values: readonly unknown[]): void {
  const method = fieldOf(value, name);
  if (typeof method === 'function') Reflect.apply(method, value, values);
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

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof fieldOf(value, name) === 'function');

const EMITTER = ['on', 'removeListener'];

export const asNoble = (value: unknown): Noble | undefined =>
  hasMethods(value, [...EMITTER, 'startScanning', 'stopScanning']) ? (value as Noble) : undefined;

export const asPeripheral = (value: unknown): NoblePeripheral | undefined =>
  typeof fieldOf(value, 'id') === 'string' &&
  hasMethods(value, [...EMITTER, 'connect', 'disconnect', 'discoverServices'])
    ? (value as NoblePeripheral)
    : undefined;

/** Those of a list that look like services; a list that is none is empty. */
export const asServices = (value: unknown): readonly NobleService[] =>
  Array.isArray(value)
    ? (value.filter((one) => hasMethods(one, [...EMITTER, 'discoverCharacteristics'])) as NobleService[])
    : [];

export const asCharacteristics = (value: unknown): readonly NobleCharacteristic[] =>
  Array.isArray(value)
    ? (value.filter((one) =>
        hasMethods(one, [...EMITTER, 'read', 'write', 'subscribe']),
      ) as NobleCharacteristic[])
    : [];

export const asGatt = (value: unknown): NobleGatt | undefined =>
  hasMethods(value, ['writeAtt']) && hasMethods(fieldOf(value, '_aclStream'), ['push'])
    ? (value as NobleGatt)
    : undefined;

export const wordsOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : String(cause);
