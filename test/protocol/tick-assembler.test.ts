import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTickAssembler,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
  type TickAssembler,
} from '../../protocol/codec.ts';
import type { Decoded, Tick } from '../../protocol/messages.ts';
import * as random from './arbitraries.ts';

type Feed = (assembler: TickAssembler) => Tick | undefined;

const valueOf = <T>(decoded: Decoded<T>): T => {
  if (!decoded.ok) throw new Error(`did not decode: ${decoded.problem}`);
  return decoded.value;
};

/** The frames of a tick, each as a step that feeds it: state header, detail header, zones. */
function framesOf(tick: Tick): [Feed, ...Feed[]] {
  const state = new Uint8Array(9);
  const detail = new Uint8Array(9);
  encodeTickState(tick, state);
  encodeTickDetail(tick, detail);
  return [
    (assembler) => assembler.state(valueOf(decodeTickState(state, 0, 9))),
    (assembler) => assembler.detail(valueOf(decodeTickDetail(detail, 0, 9))),
    ...tick.zones.map((zone): Feed => {
      const body = new Uint8Array(9);
      encodeTickZone(tick.tick, zone, body);
      return (assembler) => assembler.zone(valueOf(decodeTickZone(body, 0, 9)));
    }),
  ];
}

const feedAll = (assembler: TickAssembler, frames: readonly Feed[]): Tick[] =>
  frames.map((feed) => feed(assembler)).filter((tick) => tick !== undefined);

const sample = (tickNumber: number): Tick => ({
  tick: tickNumber,
  state: 'armed',
  stopLatched: false,
  emission: false,
  leaseLive: true,
  charging: false,
  buttonPressed: false,
  eventPending: false,
  commandId: 1,
  epoch: 1,
  step: 0,
  leaseAgeTicks: 0,
  uptimeMs: tickNumber * 250,
  batteryPercent: 90,
  hazards: 0,
  zones: [0, 1, 2, 3].map((zone) => ({
    zone,
    status: 'waiting',
    contact: true,
    lit: false,
    powerCentiMw: tickNumber,
    deliveredTenMicroJPerCm2: tickNumber,
    skinTemperatureCentiC: 3300,
  })),
});

describe('ticks from their frames', () => {
  it('are complete with the last frame, whatever the order after the first header', () => {
    fc.assert(
      fc.property(random.tick, fc.infiniteStream(fc.nat()), (tick, order) => {
        const [head, ...rest] = framesOf(tick);
        const keys = rest.map(() => order.next().value ?? 0);
        const shuffled = rest
          .map((frame, index) => ({ frame, key: keys[index] ?? 0 }))
          .sort((left, right) => left.key - right.key)
          .map(({ frame }) => frame);
        const got = feedAll(createTickAssembler(tick.zones.length), [head, ...shuffled]);
        expect(got).toEqual([tick]);
      }),
    );
  });

  it('with any frame missing there is no tick, and the next one is whole again', () => {
    const frames = framesOf(sample(100));
    for (let missing = 0; missing < frames.length; missing++) {
      const assembler = createTickAssembler(4);
      const others = frames.filter((_, index) => index !== missing);
      expect(feedAll(assembler, others)).toEqual([]);
      expect(feedAll(assembler, framesOf(sample(101)))).toEqual([sample(101)]);
    }
  });

  it('are never filled up from another tick', () => {
    const assembler = createTickAssembler(4);
    const first = framesOf(sample(100));
    const second = framesOf(sample(101));
    expect(feedAll(assembler, first.slice(0, -1))).toEqual([]);
    expect(feedAll(assembler, second.slice(1))).toEqual([]);
    expect(feedAll(assembler, [second[0], ...first.slice(1)])).toEqual([]);
  });

  it('a duplicate frame neither completes a tick nor gives it twice', () => {
    const assembler = createTickAssembler(4);
    const [head, detail, ...zones] = framesOf(sample(100)) as [Feed, Feed, ...Feed[]];
    const doubled = [head, detail, detail, ...zones.slice(0, 3), ...zones.slice(0, 3)];
    expect(feedAll(assembler, doubled)).toEqual([]);
    expect(feedAll(assembler, zones)).toEqual([sample(100)]);
    expect(feedAll(assembler, [detail, ...zones])).toEqual([]);
  });

  it('a zone the belt does not have is ignored', () => {
    const assembler = createTickAssembler(2);
    const frames = framesOf(sample(100));
    expect(feedAll(assembler, frames.slice(0, 4))).toEqual([
      { ...sample(100), zones: sample(100).zones.slice(0, 2) },
    ]);
    expect(feedAll(assembler, [frames[0], ...frames.slice(4)])).toEqual([]);
  });

  it('whatever frames come in whatever order, what comes out is one of the ticks that went in', () => {
    const numbers = [100, 101, 102, 356];
    const all = numbers.flatMap((tickNumber) => framesOf(sample(tickNumber)));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: all.length - 1 }), { maxLength: 60 }), (picks) => {
        const got = feedAll(
          createTickAssembler(4),
          picks.flatMap((pick) => all[pick] ?? []),
        );
        // 100 and 356 share the low byte: only a header between them keeps them apart, so they are left out here.
        for (const tick of got.filter((one) => one.tick === 101 || one.tick === 102))
          expect(tick).toEqual(sample(tick.tick));
      }),
    );
  });

  it('an impossible zone count is a broken invariant', () => {
    for (const count of [0, 9, NaN]) expect(() => createTickAssembler(count)).toThrow(RangeError);
  });
});
