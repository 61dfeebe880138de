// Encoding and decoding every kind of plain frame, envelope and CRC included.
import { createPlainEnvelope, type OpenedFrame } from '../../protocol/envelope.ts';
import { decodeEvent, decodeLease, encodeEvent, encodeLease } from '../../protocol/codec.ts';
import {
  decodeRecordAnswer,
  decodeRecordRequest,
  encodeRecordAnswer,
  encodeRecordRequest,
} from '../../protocol/record-access.ts';
import {
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
} from '../../protocol/tick.ts';
import { FRAME, type BeltEvent, type Lease, type Tick, type TickZone } from '../../protocol/messages.ts';
import { createReassembler } from '../../protocol/segments.ts';
import { median, type Figure } from './table.ts';

const ITERATIONS = 400_000;
const ROUNDS = 5;

const lease: Lease = { tick: 123_456, step: 0, zones: 0b1111, ceiling: 40_000, epoch: 1 };
const zone: TickZone = {
  zone: 2,
  status: 'emitting',
  contact: true,
  lit: true,
  powerCentiMw: 5000,
  deliveredTenMicroJPerCm2: 123_456,
  skinTemperatureCentiC: 3412,
};
const tick: Tick = {
  tick: 123_457,
  state: 'armed',
  stopLatched: false,
  emission: true,
  leaseLive: true,
  charging: false,
  buttonPressed: false,
  eventPending: false,
  commandId: 7,
  epoch: 1,
  step: 0,
  leaseAgeTicks: 1,
  uptimeMs: 81_500,
  batteryPercent: 87,
  hazards: 0,
  zones: [zone],
};
const event: BeltEvent = {
  number: 9,
  kind: 'zoneEnded',
  state: 'armed',
  cause: 'completed',
  hazard: 0,
  zone: 2,
  tickLow16: 0x1234,
};
const segment = Uint8Array.of(3, 1, 2, 3, 4, 5, 6, 7, 8);

interface Kind {
  readonly name: string;
  readonly type: number;
  readonly encode: (out: Uint8Array) => number;
  readonly decode: (opened: OpenedFrame) => boolean;
}

const reassembler = createReassembler();
const KINDS: readonly Kind[] = [
  {
    name: 'lease',
    type: FRAME.lease,
    encode: (out) => encodeLease(lease, out),
    decode: (frame) => decodeLease(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'tick state',
    type: FRAME.tickState,
    encode: (out) => encodeTickState(tick, out),
    decode: (frame) => decodeTickState(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'tick detail',
    type: FRAME.tickDetail,
    encode: (out) => encodeTickDetail(tick, out),
    decode: (frame) => decodeTickDetail(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'tick zone',
    type: FRAME.tickZone,
    encode: (out) => encodeTickZone(123_457, zone, out),
    decode: (frame) => decodeTickZone(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'event',
    type: FRAME.event,
    encode: (out) => encodeEvent(event, out),
    decode: (frame) => decodeEvent(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'record request',
    type: FRAME.recordRequest,
    encode: (out) => encodeRecordRequest({ op: 'byNumber', number: 77 }, out),
    decode: (frame) => decodeRecordRequest(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'record answer',
    type: FRAME.recordAnswer,
    encode: (out) => encodeRecordAnswer({ op: 'last', code: 'ok', recordCount: 3, newestNumber: 77 }, out),
    decode: (frame) => decodeRecordAnswer(frame.bytes, frame.at, frame.length).ok,
  },
  {
    name: 'segment',
    type: FRAME.command,
    encode: (out) => {
      out.set(segment);
      return segment.length;
    },
    decode: (frame) => reassembler.take(frame.bytes, frame.at, frame.length, 0)?.ok === true,
  },
];

/** Millions a second: the median of a few rounds. */
function rate(work: () => boolean): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let good = 0;
    const startedAt = process.hrtime.bigint();
    for (let index = 0; index < ITERATIONS; index++) if (work()) good++;
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    if (good !== ITERATIONS) throw new Error(`${ITERATIONS - good} frames were not understood`);
    if (round > 0) rounds.push(ITERATIONS / seconds / 1e6);
  }
  return median(rounds);
}

/** The slowest kind of frame decides. */
export function measureCodec(): readonly Figure[] {
  const body = new Uint8Array(9);
  const rates = KINDS.map((kind) => {
    const envelope = createPlainEnvelope();
    const encodeRate = rate(() => envelope.seal(kind.type, body, kind.encode(body)).length > 0);
    const frame = Uint8Array.from(envelope.seal(kind.type, body, kind.encode(body)));
    const receiver = createPlainEnvelope();
    const decodeRate = rate(() => {
      const opened = receiver.open(frame);
      return opened.ok && kind.decode(opened);
    });
    return { name: kind.name, encodeRate, decodeRate };
  });
  const slowest = (pick: (entry: (typeof rates)[number]) => number): (typeof rates)[number] =>
    rates.reduce((worst, entry) => (pick(entry) < pick(worst) ? entry : worst));
  const encoding = slowest((entry) => entry.encodeRate);
  const decoding = slowest((entry) => entry.decodeRate);
  return [
    {
      name: 'encode a plain frame (slowest kind)',
      value: encoding.encodeRate,
      unit: 'M/s',
      floor: { atLeast: 2 },
      note: encoding.name,
    },
    {
      name: 'decode a plain frame (slowest kind)',
      value: decoding.decodeRate,
      unit: 'M/s',
      floor: { atLeast: 2 },
      note: decoding.name,
    },
  ];
}
