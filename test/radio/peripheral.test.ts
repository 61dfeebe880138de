import { describe, expect, it } from 'vitest';
import { GATT } from '../../protocol/gatt.ts';
import { outcomeOf, until } from './support/radio-pair.ts';
import { HANDLE, hex, littleEndian, useServedBench } from './support/served-bench.ts';

const bench = useServedBench();

describe('a belt served over Bluetooth', () => {
  it('has the handles that these tests write to', async () => {
    await bench.inject(hex(`0a ${littleEndian(HANDLE.stop - 1)}`));
    const uuid = Buffer.from(GATT.stop.uuid, 'hex').reverse().toString('hex');
    expect(bench.toHost.at(-1)?.toString('hex')).toBe(`0b0c${littleEndian(HANDLE.stop)}${uuid}`);
  });

  it.each([
    ['an empty PDU', ''],
    ['an MTU request of one byte', '02'],
    ['find information without an end', '04 01 00'],
    ['find by type without a value', '06 01 00 ff ff 00 28'],
    ['read by type without a type', '08 01 00 ff ff'],
    ['a read of one byte', '0a'],
    ['a read blob without an offset', '0c 03 00'],
    ['read by group type with half a type', '10 01 00 ff ff 00'],
    ['a write of one byte', '12'],
    ['a write command of one byte', '52'],
    ['an execute write without a flag', '18'],
    ['a response that nobody asked for', '13'],
    ['an unknown command', '7e 01'],
  ])('%s is dropped; link and later writes are fine', async (_what, pdu) => {
    await bench.inject(hex(pdu));
    expect(bench.belt.arrivals).toEqual([]);
    expect(await bench.write(1, Uint8Array.of(9))).toBe('done');
    expect(bench.writesTo('controlPoint')).toEqual(['09']);
    expect(bench.served.log.join()).not.toContain('broke');
    expect(bench.joined.connection.isOpen).toBe(true);
  });

  it.each([
    ['a prepared write', `16 ${littleEndian(HANDLE.controlPoint)} 00 00 01 02`, '0116', '06'],
    ['the execution of prepared writes', '18 01', '0118', '06'],
    ['a write of 21 bytes', `12 ${littleEndian(HANDLE.controlPoint)} ${'aa'.repeat(21)}`, '0112', '0d'],
  ])('%s is refused, and reaches no belt', async (_what, pdu, begin, code) => {
    await bench.inject(hex(pdu));
    expect(bench.belt.arrivals).toEqual([]);
    expect(bench.toHost).toHaveLength(1);
    expect(bench.toHost[0]!.toString('hex').startsWith(begin)).toBe(true);
    expect(bench.toHost[0]!.toString('hex').endsWith(code)).toBe(true);
  });

  it('a write command of 21 bytes is dropped', async () => {
    await bench.inject(hex(`52 ${littleEndian(HANDLE.lease)} ${'aa'.repeat(21)}`));
    expect(bench.belt.arrivals).toEqual([]);
  });

  it.each([
    ['a write without a value', `12 ${littleEndian(HANDLE.stop)}`],
    ['a write of one byte', `12 ${littleEndian(HANDLE.stop)} 00`],
    ['a write of 200 bytes', `12 ${littleEndian(HANDLE.stop)} ${'ff'.repeat(200)}`],
    ['a write command without a value', `52 ${littleEndian(HANDLE.stop)}`],
    ['a write command of 100 bytes', `52 ${littleEndian(HANDLE.stop)} ${'5a'.repeat(100)}`],
    ['a signed write command', `d2 ${littleEndian(HANDLE.stop)} 00`],
    ['a prepared write', `16 ${littleEndian(HANDLE.stop)} 05 00 01 02`],
    ['a prepared write without an offset', `16 ${littleEndian(HANDLE.stop)}`],
    ['a write cut off within the handle', `12 ${littleEndian(HANDLE.stop).slice(0, 2)}`],
  ])('STOP as %s stops the belt', async (_what, pdu) => {
    await bench.inject(hex(pdu));
    expect(bench.belt.stopCount).toBe(1);
    expect(await bench.write(1, Uint8Array.of(9))).toBe('done');
  });

  it('STOP is answered, so that the next request of that central goes out', async () => {
    bench.joined.connection.submit(1, { kind: 'write', characteristic: 'stop', bytes: Uint8Array.of(1) });
    await until(() => outcomeOf(bench.joined.events, 1) !== undefined);
    expect(outcomeOf(bench.joined.events, 1)).toBe('done');
    expect(bench.belt.stopCount).toBe(1);
  });
});
