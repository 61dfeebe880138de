// The belt alone, cell by cell: values put into its sensors, and what it then does by itself. And several at once.
import { describe, expect, it } from 'vitest';
import { hazardBit } from '../../protocol/messages.ts';
import { program, setUp } from './bench.ts';
import { BELT_CELLS, KINDS, whatTheBeltDoes, type Judged } from './hazard-cells.ts';
import { endOf, run } from './runs.ts';

const all = Object.entries(BELT_CELLS).flatMap(([id, row]) =>
  KINDS.map((kind) => ({ id, kind, cell: row[kind] })),
);
const isJudged = (entry: (typeof all)[number]): entry is (typeof all)[number] & { cell: Judged } =>
  typeof entry.cell !== 'string';

describe('the belt’s own table of hazards', () => {
  it('has each hazard that ends or pauses light, each kind of reading judged or with a reason why not', () => {
    expect(Object.keys(BELT_CELLS)).toEqual(
      [1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 18].map((number) => `H${String(number).padStart(2, '0')}`),
    );
    for (const { id, kind, cell } of all)
      if (typeof cell === 'string') expect(cell.length, `${id} ${kind}`).toBeGreaterThan(20);
    expect(all.filter(isJudged).length).toBeGreaterThan(70);
  });

  it.each(all.filter(isJudged))('$id $kind: $cell.expected', ({ cell }) => {
    expect(whatTheBeltDoes(cell)).toBe(cell.expected);
  });
});

describe('H22 visible pulsing, by the belt', () => {
  const answerTo = (frequencyHz: number, emitter: number) => {
    const { controller } = setUp();
    controller.subscribe();
    const light = { irradiance: 4, exposure: 0.1, rampUpS: 1, rampDownS: 1, frequencyHz, duty: 0.5, emitter };
    return controller.prepare(program(light));
  };
  it.each([2.9, 60.1])('650 nm at %s Hz is taken', (frequencyHz) => {
    expect(answerTo(frequencyHz, 1)?.code).toBe('ok');
  });
  it.each([3, 10, 60])('650 nm at %s Hz is refused, 808 nm is not', (frequencyHz) => {
    const refused = answerTo(frequencyHz, 1);
    expect(refused?.code).toBe('beyondLimits');
    expect(refused?.operand[0]).toBe(22);
    expect(answerTo(frequencyHz, 0)?.code).toBe('ok');
  });
});

describe('several at once, by the belt', () => {
  it.each([
    {
      faults: ['contact-lost@10s:zone=L1', 'over-temperature@10s:zone=L2,celsius=46'],
      end: { state: 'ended', cause: 'hazard' },
      bits: [1, 5],
    },
    {
      faults: ['emitter-stuck-on@10s:zone=L1', 'emitter-gain@10s:zone=L2,factor=2.3'],
      end: { state: 'lockout', cause: 'hazard' },
      bits: [8, 10],
    },
    {
      faults: [
        'emitter-dead@10s:zone=L1',
        'emitter-gain@10s:zone=L2,factor=2.3',
        'battery-low@10500ms:percent=8',
      ],
      end: { state: 'ended', cause: 'hazard' },
      bits: [8, 9, 18],
    },
  ])('$faults: the worst decides, all are in the record and in the ticks', ({ faults, end, bits }) => {
    const bench = run(faults, 13_000);
    expect(endOf(bench)).toMatchObject(end);
    expect(bench.belt.truth().emission).toBe(false);
    const { hazards } = bench.controller.lastTick();
    const recorded = bench.controller.readRecord({ op: 'last' })?.hazards ?? 0;
    const told = new Set(bench.controller.events.map((event) => event.hazard));
    for (const number of bits) {
      expect(hazards & hazardBit(number), `H${number} in the ticks`).not.toBe(0);
      expect(recorded & hazardBit(number), `H${number} in the record`).not.toBe(0);
      expect(told.has(number), `H${number} among the events`).toBe(true);
    }
  });
});
