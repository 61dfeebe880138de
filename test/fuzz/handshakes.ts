// Both ends of an exchange with somebody between who changes messages at will.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { encodeHandshake, HANDSHAKE } from '../../protocol/handshake-messages.ts';
import { pairingEnds, run, sessionEnds, type Ending } from '../protocol/handshake-rig.ts';
import { createTally, wordsOf, type Tally } from './tally.ts';

const CHANGES = [
  'flip',
  'cut',
  'grow',
  'kind',
  'other exchange',
  'other place',
  'noise',
  'refusal',
  'zero',
] as const;

const LENGTH_MAX_BYTES = 256;

function change(
  how: (typeof CHANGES)[number],
  message: Uint8Array,
  place: number,
  other: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  switch (how) {
    case 'flip': {
      const at = random.below(message.length);
      message[at] = (message[at] ?? 0) ^ (1 << random.below(8));
      return message;
    }
    case 'cut':
      return message.slice(0, random.below(message.length));
    case 'grow':
      return Uint8Array.of(...message, ...new Uint8Array(1 + random.below(16)));
    case 'kind': {
      const kinds = Object.values(HANDSHAKE);
      return Uint8Array.of(kinds[random.below(kinds.length)] ?? 0, ...message.subarray(1));
    }
    case 'other exchange':
      return other[place]?.slice() ?? message;
    case 'other place':
      return other[random.below(other.length)]?.slice() ?? message;
    case 'noise':
      return Uint8Array.from({ length: random.below(LENGTH_MAX_BYTES) }, () => random.below(256));
    case 'refusal':
      return encodeHandshake({ kind: 'refused', code: 'versionMismatch' });
    case 'zero':
      return message.fill(0, 1 + random.below(message.length));
  }
}

const equal = (left: Uint8Array, right: Uint8Array | undefined): boolean =>
  left.length === right?.length && left.every((byte, index) => byte === right[index]);

/** One exchange of each kind, with another one on the tape. An end that is done although its input was changed: a finding. */
export function attackHandshake(seed: number): Tally {
  const tally = createTally('handshakes');
  tally.runs = 1;
  const random = createRandom(seed, 'handshakes');
  const secret = (fill: number, length: number): Uint8Array => new Uint8Array(length).fill(fill);
  const play = (flavour: number, name: string, attack?: (bytes: Uint8Array, index: number) => Uint8Array) =>
    (flavour === 0
      ? run(pairingEnds({ name, controllerSecret: secret(1, 16), beltSecret: secret(1, 16) }), attack)
      : run(sessionEnds({ name }), attack)) as Ending<unknown, unknown>;
  try {
    const flavour = random.below(2);
    const other = play(random.below(4) === 0 ? 1 - flavour : flavour, `heard before ${seed}`).messages;
    const isChangedAt = Array.from({ length: 4 }, () => random.below(2) === 0);
    let firstChange = Infinity;
    const told = play(flavour, `now ${seed}`, (message, place) => {
      tally.tried += 1;
      if (isChangedAt[place] !== true) return message;
      const how = CHANGES[random.below(CHANGES.length)] ?? 'flip';
      const before = message.slice();
      const after = change(how, message, place, other, random);
      if (!equal(before, after)) firstChange = Math.min(firstChange, place);
      return after;
    });
    // The belt is done after the third message, the controller after the fourth.
    if (told.belt !== undefined && firstChange < 3)
      tally.findings.push(`belt done, message ${firstChange} changed`);
    if (told.controller !== undefined && firstChange < 4)
      tally.findings.push(`controller done, message ${firstChange} changed`);
    if (firstChange === Infinity && (told.belt === undefined || told.controller === undefined))
      tally.findings.push('an honest exchange failed');
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  return tally;
}
