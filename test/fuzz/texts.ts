// What comes as text or as a stream: control-socket lines, plan files, dose-record files, key files, GATT over a byte
// stream. Each check answers what is wrong, or undefined; nothing may throw.
import {
  createStreamDecoder,
  encodeStreamMessage,
  STREAM_KIND,
  STREAM_PAYLOAD_MAX_BYTES,
  type StreamKind,
  type StreamMessage,
} from '../../protocol/framing.ts';
import {
  CONTROL_COMMANDS,
  createLineReader,
  parseRequest,
  parseResponse,
  REQUEST_MAX_BYTES,
} from '../../src/cli/control-protocol.ts';
import { createBookState } from '../../src/ledger/book-state.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { decodeControllerFile, decodeKeyFile, encodeKeyFile } from '../../src/store/key-format.ts';
import { IRRADIANCE_CAP_MW_PER_CM2, RADIANT_EXPOSURE_CAP_J_PER_CM2 } from '../../src/safety/limits.ts';

/** How a good text or stream is spoilt: applied one after the other, positions modulo the length. */
export interface Edit {
  readonly kind: 'set' | 'insert' | 'remove' | 'double' | 'swap';
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const TEXT_MAX_BYTES = 200_000;

export function edited(start: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(start);
  for (const { kind, at: anywhere, length, bytes: more } of edits) {
    const at = bytes.length === 0 ? 0 : anywhere % bytes.length;
    const head = bytes.subarray(0, at);
    const part = bytes.subarray(at, at + length);
    const tail = bytes.subarray(at + length);
    if (kind === 'set') bytes = joined(head, more, bytes.subarray(at + more.length));
    else if (kind === 'insert') bytes = joined(head, more, bytes.subarray(at));
    else if (kind === 'remove') bytes = joined(head, tail);
    else if (kind === 'double') bytes = joined(head, part, part, tail);
    else bytes = joined(head, tail.subarray(0, length), part, tail.subarray(length));
    if (bytes.length > TEXT_MAX_BYTES) break;
  }
  return bytes;
}

/** Cuts bytes into chunks of the given sizes, over and over. */
function inChunks(
  bytes: Uint8Array,
  sizes: readonly number[],
  each: (chunk: Uint8Array) => boolean,
): boolean {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = Math.max(1, sizes.length === 0 ? bytes.length : (sizes[index % sizes.length] ?? 1));
    if (!each(bytes.slice(at, at + size))) return false;
    at += size;
  }
  return true;
}

/** Junk ahead of it, unless it got its sender dropped, must not keep a `stop` on a line of its own from being read. */
export function checkControlLines(junk: Uint8Array, sizes: readonly number[]): string | undefined {
  const seen: (string | undefined)[] = [];
  const read = createLineReader(REQUEST_MAX_BYTES, (line) => {
    seen.push(parseRequest(line));
    parseResponse(line);
  });
  const stop = new TextEncoder().encode('\n{"command":"stop"}\n');
  const isKept = inChunks(joined(junk, stop), sizes, (chunk) => read(Buffer.from(chunk)));
  if (!seen.every((command) => command === undefined || CONTROL_COMMANDS.some((known) => known === command)))
    return `a command of its own: ${seen.join()}`;
  const longest = Math.max(
    0,
    ...Buffer.from(junk)
      .toString('latin1')
      .split('\n')
      .map((line) => line.length),
  );
  if (isKept) return seen.at(-1) === 'stop' ? undefined : 'the stop was lost';
  return longest > REQUEST_MAX_BYTES ? undefined : `dropped over a line of ${longest} bytes`;
}

/** A plan that is taken is within the limits; one that is not says where and why. */
export function checkPlan(text: string): string | undefined {
  const loaded = loadPlan(text, 'plan.yaml');
  if (!loaded.ok) {
    const [first] = loaded.problems;
    return first !== undefined && first.line >= 1 && first.column >= 1 && first.message !== ''
      ? undefined
      : 'refused without words';
  }
  for (const step of loaded.plan.session) {
    if (step.kind !== 'treat') {
      // To take a medicine is a care step of no length.
      const isLong = step.kind === 'care' ? step.durationS >= 0 : step.durationS > 0;
      if (!(isLong && step.durationS < Infinity)) return `a ${step.kind} of ${step.durationS} s`;
      continue;
    }
    if (!(step.irradianceMwPerCm2 > 0 && step.irradianceMwPerCm2 <= IRRADIANCE_CAP_MW_PER_CM2))
      return `${step.irradianceMwPerCm2} mW/cm²`;
    const exposure = step.radiantExposureJPerCm2 ?? 1;
    if (!(exposure > 0 && exposure <= RADIANT_EXPOSURE_CAP_J_PER_CM2)) return `${exposure} J/cm²`;
  }
  return undefined;
}

/** A changed book is not read as if nothing had happened: what is taken is what was written, from its beginning. */
export function checkBook(original: readonly string[], text: string): string | undefined {
  const lines = text.split('\n').slice(0, -1);
  const state = createBookState();
  const problem = state.absorb(lines);
  const isPrefix = lines.every((line, index) => line === original[index]);
  if (problem === undefined) return isPrefix ? undefined : 'a changed book was taken';
  return problem === '' ? 'a refusal without words' : undefined;
}

const KEY = {
  name: 'belt',
  address: 'ble:aa:bb',
  beltId: '0011223344556677',
  controllerId: '8899aabbccddeeff',
  pairedAt: '2026-01-01T00:00:00.000Z',
  longTermKey: () => new Uint8Array(32).fill(5),
};
export const KEY_FILE = new TextEncoder().encode(encodeKeyFile(KEY));

/** No changed file gives a changed key, and no words of a refusal hold what is in the file. */
export function checkKeyFile(text: string): string | undefined {
  decodeControllerFile(text);
  const decoded = decodeKeyFile(text, 'belt');
  if (decoded.ok) {
    const { longTermKey, ...rest } = decoded.value;
    const isSame = longTermKey().every((byte) => byte === 5) && rest.beltId === KEY.beltId;
    return isSame ? undefined : 'a changed key was taken';
  }
  return /05050505/.test(decoded.detail) ? 'the key stands in the refusal' : undefined;
}

const KINDS: readonly StreamKind[] = [
  'read',
  'write',
  'writeCommand',
  'subscribe',
  'unsubscribe',
  'value',
  'lever',
];
/** A good stream, to be spoilt. */
export const goodStream = (count: number): Uint8Array =>
  joined(
    ...Array.from({ length: count }, (_, index) =>
      encodeStreamMessage(
        KINDS[index % KINDS.length] ?? 'read',
        index,
        index % 12,
        0,
        new Uint8Array((index * 7) % 40).fill(index),
      ),
    ),
  );

/** Whatever the chunks, the same messages come out; each within its bounds; a damaged stream stays damaged. */
export function checkStream(bytes: Uint8Array, sizes: readonly number[]): string | undefined {
  const decode = (
    chunkSizes: readonly number[],
  ): { readonly messages: string[]; readonly isSound: boolean } => {
    const decoder = createStreamDecoder();
    const messages: string[] = [];
    let problem: string | undefined;
    const take = (message: StreamMessage): void => {
      if (message.payload.length > STREAM_PAYLOAD_MAX_BYTES) problem = 'too long a payload';
      if (STREAM_KIND[message.kind] === undefined) problem = 'a kind that is none';
      messages.push(
        `${message.kind} ${message.id} ${message.slot} ${Buffer.from(message.payload).toString('hex')}`,
      );
    };
    const isSound = inChunks(bytes, chunkSizes, (chunk) => decoder.push(chunk, take));
    if (!isSound && decoder.push(Uint8Array.of(5, 0, 0x33, 0, 0, 2, 0), take))
      problem = 'it came back to life';
    if (problem !== undefined) messages.push(problem);
    return { messages, isSound };
  };
  const [whole, cut] = [decode([]), decode(sizes)];
  if (whole.messages.some((line) => /^(too long|a kind|it came)/.test(line))) return whole.messages.at(-1);
  return whole.isSound === cut.isSound && whole.messages.join() === cut.messages.join()
    ? undefined
    : 'chunks change what is read';
}
