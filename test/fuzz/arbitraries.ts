// Acts by fast-check: mostly whole frames with sense in them, because noise alone ends at the first check.
import fc from 'fast-check';
import { FRAME, OP, RECORD_OP } from '../../protocol/messages.ts';
import { HANDSHAKE } from '../../protocol/handshake-messages.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import type { Act, OwnerDeed } from './acts.ts';

const WRITABLE: readonly Characteristic[] = ['controlPoint', 'lease', 'recordAccess'];
const ANY: readonly Characteristic[] = [...WRITABLE, 'feature', 'tick', 'events', 'recordData', 'battery'];
const FRAME_TYPES = Object.values(FRAME);
const OPS = Object.values(OP);
const KINDS = Object.values(HANDSHAKE);

const place = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...WRITABLE) },
  { weight: 1, arbitrary: fc.constantFrom(...ANY) },
);
const byte = fc.integer({ min: 0, max: 255 });
const which = fc.integer({ min: 0, max: 4095 });
/** Of its place, most of the time. */
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FRAME_TYPES) },
  { weight: 1, arbitrary: byte },
);
const body = fc.uint8Array({ maxLength: 9, size: 'max' });

const command = fc
  .tuple(fc.constantFrom(...OPS), byte, fc.uint8Array({ maxLength: 40, size: 'max' }))
  .map(([op, id, operand]) => Uint8Array.of(op, id, ...operand));
const handshake = fc
  .tuple(fc.constantFrom(...KINDS), fc.constantFrom(16, 58, 57, 65, 1, 40, 200), byte)
  .map(([kind, length, fill]) => Uint8Array.of(kind, ...new Uint8Array(length).fill(fill)));

const message = fc.record({
  kind: fc.constant('message' as const),
  on: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Characteristic>('controlPoint') },
    { weight: 1, arbitrary: place },
  ),
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant<number>(FRAME.command) },
    { weight: 3, arbitrary: fc.constant<number>(FRAME.handshake) },
    { weight: 1, arbitrary: type },
  ),
  bytes: fc.oneof(command, handshake, fc.uint8Array({ minLength: 1, maxLength: 256, size: 'max' })),
  slip: fc.constantFrom(
    'none' as const,
    'none' as const,
    'none' as const,
    'drop' as const,
    'double' as const,
    'swap' as const,
  ),
  at: fc.nat(31),
});

const recordRequest = fc.tuple(fc.constantFrom(...Object.values(RECORD_OP)), body).map(([op, rest]): Act => ({
  kind: 'frame',
  on: 'recordAccess',
  type: FRAME.recordRequest,
  body: Uint8Array.of(op, ...rest.subarray(0, 8)),
}));

export const attackerAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('likely' as const),
      op: fc.constantFrom('arm' as const, 'resume' as const, 'pause' as const, 'clear' as const),
      id: byte,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('raw' as const),
      on: place,
      bytes: fc.uint8Array({ maxLength: 24, size: 'max' }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('frame' as const), on: place, type, body }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('counted' as const), on: place, type, counter: byte, body }),
  },
  { weight: 3, arbitrary: message },
  { weight: 2, arbitrary: recordRequest },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('replay' as const),
      which,
      on: fc.oneof({ weight: 5, arbitrary: fc.constant('same' as const) }, { weight: 1, arbitrary: place }),
      flip: fc.oneof(fc.constant(0), byte),
      at: fc.nat(19),
      cut: fc.oneof(
        { weight: 5, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -4, max: 20 }) },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reflect' as const), which, on: place }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('lease' as const),
      back: fc.integer({ min: -3, max: 20 }),
      zones: byte,
      epoch: fc.constantFrom(0, 0, 0, 1, -1, 2),
      step: fc.constantFrom(0, 0, 0, 1, 14),
      ceiling: fc.constantFrom(0, 1, 0x7fff, 0xffff),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      on: fc.constantFrom(...ANY),
      wanted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const), on: fc.constantFrom(...ANY) }) },
);

const DEEDS: readonly OwnerDeed[] = [
  'pause',
  'pause',
  'resume',
  'silence',
  'grant',
  'grant',
  'late',
  'prepare',
  'arm',
  'rearm',
  'rearm',
  'poll',
];

const wait = (min: number, max: number): fc.Arbitrary<Act> =>
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min, max }) });
const deed = fc.constantFrom(...DEEDS).map((does): Act => ({ kind: 'owner', does }));

/** What happens beside the attack. Rare enough that a session lives through dozens of frames. */
export const worldAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: wait(0, 300) },
  { weight: 1, arbitrary: wait(400, 5000) },
  { weight: 3, arbitrary: deed },
  { weight: 1, arbitrary: fc.constant<Act>({ kind: 'relink' }) },
);

export const stopAct: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('stop' as const),
  bytes: fc.uint8Array({ maxLength: 64 }),
  mode: fc.constantFrom('withResponse' as const, 'withoutResponse' as const),
});

const faithfulReplay: fc.Arbitrary<Act> = which.map((number) => ({
  kind: 'replay',
  which: number,
  on: 'same',
  flip: 0,
  at: 0,
  cut: 0,
}));
const rearm: fc.Arbitrary<Act> = fc.constantFrom<Act>(
  { kind: 'owner', does: 'rearm' },
  { kind: 'owner', does: 'grant' },
  { kind: 'wait', ms: 3500 },
);

/**
 * A run: attacks, with the world going on between, and now and then a STOP by somebody. `quiet`: hardly any frame that
 * counts as bad, since three of those in the owner's name end a session, and then there is nothing left to attack.
 */
export const acts = (maxLength: number, temper: 'loud' | 'quiet'): fc.Arbitrary<Act[]> =>
  fc.array(
    temper === 'loud'
      ? fc.oneof(
          { weight: 60, arbitrary: attackerAct },
          { weight: 12, arbitrary: worldAct },
          { weight: 1, arbitrary: stopAct },
        )
      : fc.oneof(
          { weight: 60, arbitrary: faithfulReplay },
          { weight: 3, arbitrary: attackerAct },
          { weight: 12, arbitrary: worldAct },
          { weight: 6, arbitrary: rearm },
          { weight: 1, arbitrary: stopAct },
        ),
    { maxLength, size: 'max' },
  );
