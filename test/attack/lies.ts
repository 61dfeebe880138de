// What a belt can lie about. Each lie is told from the first frame to the last, and the controller must stay within its
// own limits and say no more than it can know.
import { crc16, readU16, readU24, readU32, writeU16, writeU24, writeU32 } from '../../protocol/bytes.ts';
import { BELT_STATE, FRAME, OP } from '../../protocol/messages.ts';
import type { Lie, LieContext } from './hostile-belt.ts';

type Change = (bytes: Uint8Array, context: LieContext) => void;

const inFrames =
  (type: number, change: Change): NonNullable<Lie['body']> =>
  (seen, body, context) => {
    if (seen === type) change(body, context);
    return [body];
  };
const about = (name: string, type: number, change: Change): Lie => ({ name, body: inFrames(type, change) });

/** The feature value inside the sealed answer: `F0 op id code | value`; its CRC is made right again. */
const inFeatures = (name: string, change: Change): Lie => ({
  name,
  message(type, message, context) {
    if (type !== FRAME.answer || message[1] !== OP.features || message.length < 30) return [message];
    const value = message.subarray(4);
    change(value, context);
    writeU16(value, value.length - 2, crc16(value, 0, value.length - 2));
    return [message];
  },
});
const inAnswers = (name: string, op: number | 'any', change: Change): Lie => ({
  name,
  message(type, message, context) {
    if (type === FRAME.answer && (op === 'any' || message[1] === op) && message[1] !== OP.features)
      change(message, context);
    return [message];
  },
});
const inRecords = (name: string, change: Change): Lie => ({
  name,
  message(type, message, context) {
    if (type !== FRAME.recordData) return [message];
    change(message, context);
    writeU16(message, message.length - 2, crc16(message, 0, message.length - 2));
    return [message];
  },
});

const scaled =
  (factor: number): Change =>
  (body) =>
    writeU24(body, 4, Math.min(0xffffff, Math.round(readU24(body, 4) * factor)));
const power =
  (factor: number): Change =>
  (body) =>
    writeU16(body, 2, Math.min(0xffff, Math.round(readU16(body, 2) * factor)));
const flags =
  (set: number, clear: number): Change =>
  (body) =>
    void (body[5] = ((body[5] ?? 0) | set) & ~clear);
const statusOf =
  (status: number): Change =>
  (body) =>
    void (body[1] = ((body[1] ?? 0) & 0x1f) | (status << 5));
const random = (bytes: Uint8Array, { random }: LieContext): void => {
  const at = random.below(bytes.length);
  bytes[at] = random.below(256);
};
const someState = ({ random: chance }: LieContext): number => {
  const states = Object.values(BELT_STATE);
  return states[chance.below(states.length)] ?? 0;
};

const STATE = FRAME.tickState;
const DETAIL = FRAME.tickDetail;
const ZONE = FRAME.tickZone;
const RECORD_ENTRIES_AT = 28;

/** The same dose in the ticks and in the record. */
const inAllDoses = (name: string, factor: number, powerFactor = 1): Lie => ({
  name,
  body: inFrames(ZONE, (body, context) => {
    scaled(factor)(body, context);
    power(powerFactor)(body, context);
  }),
  message:
    inRecords(name, (message) => {
      for (let at = RECORD_ENTRIES_AT; at + 11 < message.length; at += 11)
        writeU24(message, at + 5, Math.min(0xffffff, Math.round(readU24(message, at + 5) * factor)));
    }).message ?? ((_type, message) => [message]),
});

export const LIES: readonly Lie[] = [
  inAllDoses('six percent less dose, in ticks and record', 0.94),
  inAllDoses('six percent more dose, in ticks and record', 1.06),
  inAllDoses('a third of the dose, in ticks and record', 1 / 3),
  inAllDoses('twelve percent less of dose and power, in ticks and record', 0.88, 0.88),
  inFeatures('another name than the one it proved', (value) => void (value[3] = (value[3] ?? 0) ^ 1)),
  inFeatures('no simulator', (value) => void (value[2] = (value[2] ?? 0) & ~1)),
  inFeatures('no countdown', (value) => writeU16(value, 18, 0)),
  inFeatures('a lease of ten seconds', (value) => writeU16(value, 16, 10_000)),
  inFeatures('a lease of a millisecond', (value) => writeU16(value, 16, 1)),
  inFeatures('no limits at all', (value) => {
    writeU16(value, 20, 0xffff);
    writeU16(value, 22, 0xffff);
    writeU24(value, 24, 0xffffff);
    for (let at = 30; at + 9 < value.length; at += 9) {
      writeU16(value, at + 5, 0xffff);
      writeU16(value, at + 7, 0xffff);
    }
  }),
  inFeatures('beams of a hundredth of a square centimetre', (value) => {
    for (let at = 30; at + 9 < value.length; at += 9) writeU16(value, at + 3, 1);
  }),
  inFeatures('beams of seven hundred square centimetres', (value) => {
    for (let at = 30; at + 9 < value.length; at += 9) writeU16(value, at + 3, 0xffff);
  }),
  inFeatures('a perfect monitor', (value) => writeU16(value, 27, 0)),
  inFeatures('a monitor that knows nothing', (value) => writeU16(value, 27, 0xffff)),
  inFeatures('random features', (value, context) => random(value.subarray(0, value.length - 2), context)),
  about('never any light', STATE, flags(0, 2)),
  about('light all the time', STATE, flags(2, 0)),
  about('a stop that was not given', STATE, flags(1, 2)),
  about('no stop was ever latched', STATE, flags(0, 1)),
  about('no lease is live', STATE, flags(0, 4)),
  about('any state', STATE, (body, context) => void (body[4] = someState(context))),
  about('armed for ever', STATE, (body) => void (body[4] = BELT_STATE.armed)),
  about('ended for ever', STATE, (body) => void (body[4] = BELT_STATE.ended)),
  about('another epoch', STATE, (body, { random: chance }) => void (body[7] = chance.below(256))),
  about('another step', STATE, (body, { random: chance }) => void (body[8] = chance.below(15))),
  about('ticks from the future', STATE, (body) => writeU32(body, 0, (readU32(body, 0) + 0x100) >>> 0)),
  about('ticks that run back', STATE, (body) => writeU32(body, 0, (0x7fffff00 - readU32(body, 0)) >>> 0)),
  about('time stands still', DETAIL, (body) => writeU32(body, 1, 5000)),
  about('time runs double', DETAIL, (body) => writeU32(body, 1, (readU32(body, 1) * 2) >>> 0)),
  about('time runs back', DETAIL, (body) => writeU32(body, 1, (0xffffffff - readU32(body, 1)) >>> 0)),
  about('every hazard at once', DETAIL, (body) => writeU24(body, 6, 0xffffff)),
  about('no hazard ever', DETAIL, (body) => writeU24(body, 6, 0)),
  about('a tenth of the dose', ZONE, scaled(0.1)),
  about('ten times the dose', ZONE, scaled(10)),
  about('four percent less dose', ZONE, scaled(0.96)),
  about('no dose at all', ZONE, scaled(0)),
  about('the whole dose at once', ZONE, (body) => writeU24(body, 4, 0xffffff)),
  about('half the power', ZONE, power(0.5)),
  about('twice the power', ZONE, power(2)),
  about('no power', ZONE, power(0)),
  about('all power', ZONE, (body) => writeU16(body, 2, 0xffff)),
  inAllDoses('half of dose and power, in ticks and record', 0.5, 0.5),
  about('dark zones that shine', ZONE, (body) => void (body[1] = (body[1] ?? 0) & ~0x10)),
  about('dark in every word', ZONE, (body, context) => {
    body[1] = (body[1] ?? 0) & ~0x10;
    power(0)(body, context);
    scaled(0)(body, context);
  }),
  about('lit zones that are dark', ZONE, (body) => void (body[1] = (body[1] ?? 0) | 0x10)),
  about('always on the skin', ZONE, (body) => void (body[1] = (body[1] ?? 0) | 0x08)),
  about('never on the skin', ZONE, (body) => void (body[1] = (body[1] ?? 0) & ~0x08)),
  about('zones for ever waiting', ZONE, statusOf(1)),
  about('zones done at once', ZONE, statusOf(3)),
  about('zones cut off', ZONE, statusOf(5)),
  about('skin of ice', ZONE, (body) => writeU16(body, 7, 0)),
  about('skin of fire', ZONE, (body) => writeU16(body, 7, 8000)),
  about('no temperature', ZONE, (body) => writeU16(body, 7, 0xffff)),
  inAnswers('yes to everything', 'any', (message) => void (message[3] = 0x0f)),
  inAnswers('no to everything', 'any', (message) => void (message[3] = 0x5a)),
  inAnswers('any answer', 'any', random),
  inAnswers(
    'the digest of something else',
    OP.prepare,
    (message) => void (message[4] = (message[4] ?? 0) ^ 1),
  ),
  inAnswers('another nonce', OP.prepare, (message) => void (message[20] = (message[20] ?? 0) ^ 1)),
  inRecords('the record of another session', (message) => void (message[6] = (message[6] ?? 0) ^ 1)),
  inRecords('a record without any dose', (message) => {
    for (let at = RECORD_ENTRIES_AT; at + 11 < message.length; at += 11) writeU24(message, at + 5, 0);
  }),
  inRecords('a record of everything', (message) => {
    for (let at = RECORD_ENTRIES_AT; at + 11 < message.length; at += 11) writeU24(message, at + 5, 0xffffff);
  }),
  inRecords('a random record', random),
  { name: 'never answers', message: () => [] },
  { name: 'answers twice', message: (_type, message) => [message, message] },
  {
    name: 'events without end',
    body: (type, body) => Array.from({ length: type === FRAME.event ? 200 : 1 }, () => body),
  },
  {
    name: 'ticks without end',
    body: (_type, body) => Array.from({ length: 40 }, () => body),
  },
  {
    name: 'random bodies',
    body(_type, body, context) {
      if (body.length > 0 && context.random.below(4) === 0) random(body, context);
      return [body];
    },
    message(_type, message, context) {
      if (context.random.below(8) === 0) random(message, context);
      return [message];
    },
  },
  {
    name: 'random lengths',
    body: (_type, body, { random: chance }) => [
      chance.below(6) === 0 ? body.slice(0, chance.below(9)) : body,
    ],
    message: (_type, message, { random: chance }) => [
      chance.below(6) === 0 ? message.slice(0, 1 + chance.below(message.length)) : message,
    ],
  },
];
