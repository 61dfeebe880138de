// Good texts and streams, and arbitraries that spoil them.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createMemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import { createVirtualClock, fixedWallClock } from '../../src/clock.ts';
import { CONTROL_COMMANDS } from '../../src/cli/control-protocol.ts';
import { checkRecording, RECORDING_BODIES } from './recordings.ts';
import { zoneOf } from '../session/support/rig.ts';
import {
  checkBook,
  checkControlLines,
  checkKeyFile,
  checkPlan,
  checkStream,
  edited,
  goodStream,
  KEY_FILE,
  type Edit,
} from './texts.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Words that mean something somewhere in our files. */
const TOKENS = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\n',
  '\0',
  '- ',
  '  ',
  '&a ',
  '*a',
  '<<: *a',
  '!!js/function ',
  '%YAML 1.2\n',
  '---\n',
  '0',
  '-1',
  '1e999',
  '1e-999',
  'NaN',
  '.inf',
  'null',
  'true',
  '0x10',
  '99999999999999999999',
  'mW/cm2',
  'J/cm2',
  'kJ/cm2',
  'nm',
  'Hz',
  's',
  'min',
  'treat',
  'rest',
  'dose: 4 J/cm2\n',
  'irradiance: 101 mW/cm2\n',
  'L1',
  'L9',
  '__proto__',
  'constructor',
  '"__proto__":{"command":"stop"}',
  '\\u0000',
  '\u{1F525}',
  '\u2028',
  '\uFEFF',
  ...CONTROL_COMMANDS.map((command) => `{"command":"${command}"}\n`),
];

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(
    'set' as const,
    'insert' as const,
    'remove' as const,
    'double' as const,
    'swap' as const,
  ),
  at: fc.nat(0xffff),
  length: fc.oneof(fc.nat(8), fc.nat(200)),
  bytes: fc.oneof(fc.constantFrom(...TOKENS).map(bytesOf), fc.uint8Array({ maxLength: 6 })),
});
const edits = fc.array(edit, { minLength: 0, maxLength: 8 });
const chunkSizes = fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 6 });

export const PLANS: readonly Uint8Array[] = [
  bytesOf(readFileSync(new URL('../../src/plan/programs/low-back-spasm.yaml', import.meta.url), 'utf8')),
  bytesOf(`laserbelt: 1
name: two-steps
title: Two steps
site: knee-left
session:
  - treat: [L1]
    wavelength: 650 nm
    irradiance: 5 mW/cm2
    energy: 0.1 J
    pulse: { frequency: 100 Hz, duty: 50 % }
  - rest: 10 s
  - treat: [L2, L3]
    order: sequence
    wavelength: 808 nm
    irradiance: 100 mW/cm2
    dose: 60 J/cm2
`),
];

/** A book of two sessions, as it would stand in the file without its header. */
function bookLines(): readonly string[] {
  const clock = createVirtualClock();
  const book = createMemoryDoseBook({
    clock,
    onEvent: () => undefined,
    wallClock: fixedWallClock('2026-01-01T00:00:00.000Z'),
  });
  for (const tag of ['00112233445566aa', '00112233445566bb']) {
    book.begin({
      sessionTag: tag,
      beltId: '0011223344556677',
      address: 'sim',
      planName: 'test',
      site: 'lumbar',
      prescription: { sessionTag: tag, steps: [[zoneOf(0), zoneOf(1)]], timeLimitS: 60 },
      measurementUncertainty: 0.003,
    });
    for (const ceiling of [0.1, 0.3, 0.6, 1]) book.reserve(tag, 0, ceiling);
    book.close({
      sessionTag: tag,
      outcome: 'completed',
      emissionOff: 'confirmed',
      hazard: null,
      durationMs: 12_000,
      zones: [],
      awaitsBeltRecord: tag.endsWith('aa'),
    });
    clock.advance(10);
  }
  book.reconcile('00112233445566aa', 'none');
  clock.advance(10);
  return book.lines();
}
export const BOOK = bookLines();
const BOOK_TEXT = bytesOf(`${BOOK.join('\n')}\n`);

export interface TextClass {
  readonly name: string;
  /** What is wrong, for an input, or undefined. */
  readonly input: fc.Arbitrary<() => string | undefined>;
}

const spoilt = (start: Uint8Array): fc.Arbitrary<Uint8Array> => edits.map((list) => edited(start, list));

export const TEXT_CLASSES: readonly TextClass[] = [
  {
    name: 'control-socket lines',
    input: fc
      .tuple(
        fc.oneof(
          spoilt(bytesOf('{"command":"status"}\n{"command":"pause"}\n')),
          fc.uint8Array({ maxLength: 2500, size: 'max' }),
        ),
        chunkSizes,
      )
      .map(
        ([junk, sizes]) =>
          () =>
            checkControlLines(junk, sizes),
      ),
  },
  {
    name: 'plan files',
    input: fc
      .constantFrom(...PLANS)
      .chain(spoilt)
      .map((bytes) => () => checkPlan(textOf(bytes))),
  },
  {
    name: 'dose-record files',
    input: spoilt(BOOK_TEXT).map((bytes) => () => checkBook(BOOK, textOf(bytes))),
  },
  { name: 'key files', input: spoilt(KEY_FILE).map((bytes) => () => checkKeyFile(textOf(bytes))) },
  {
    name: 'recordings',
    input: spoilt(bytesOf(RECORDING_BODIES)).map((bytes) => () => checkRecording(textOf(bytes))),
  },
  {
    name: 'GATT over a byte stream',
    input: fc.tuple(fc.oneof(spoilt(goodStream(20)), fc.uint8Array({ maxLength: 400 })), chunkSizes).map(
      ([bytes, sizes]) =>
        () =>
          checkStream(bytes, sizes),
    ),
  },
];
