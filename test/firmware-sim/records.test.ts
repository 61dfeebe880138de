import { describe, expect, it } from 'vitest';
import { armed, emitting, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';

describe('records', () => {
  for (const seed of [1, 2, 3, 4, 5])
    for (const atMs of [30, 610, 2510, 7770, 40_005, 81_000]) {
      it(`a restart ${atMs} ms into the light: the interrupted record is never below the truth (seed ${seed})`, () => {
        const bench = setUp({ seed });
        armed(bench);
        bench.clock.advance(250 + atMs);
        bench.belt.inject('reboot');
        bench.clock.advance(1000);
        expect(bench.controller.disconnected).toBeDefined();
        const again = connectController(bench.belt);
        again.subscribe();
        const record = again.readRecord({ op: 'bySession', sessionTag: program().sessionTag });
        expect(record?.kind).toBe('interrupted');
        expect(record?.cause).toBe('rebooted');
        const truth = bench.belt.truth().zones.filter((zone) => zone.wavelengthNm === 808);
        for (const [index, entry] of record!.entries.entries()) {
          const delivered = entry.deliveredTenMicroJPerCm2 / 100_000;
          expect(delivered).toBeGreaterThanOrEqual(truth[index]!.radiantExposureJPerCm2);
          expect(delivered).toBeLessThan(truth[index]!.radiantExposureJPerCm2 * 1.01 + 0.04);
        }
      });
    }

  it('a closed record is within the stated 0.3 % of the truth', () => {
    for (const seed of [1, 5, 8]) {
      const bench = setUp({ seed });
      armed(bench);
      bench.clock.advance(30_000);
      bench.controller.stop();
      const record = bench.controller.readRecord({ op: 'last' });
      const truth = bench.belt.truth().zones.filter((zone) => zone.wavelengthNm === 808);
      for (const [index, entry] of record!.entries.entries()) {
        const ratio = entry.deliveredTenMicroJPerCm2 / 100_000 / truth[index]!.radiantExposureJPerCm2;
        expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.003);
      }
    }
  });

  it('an open record reads as it stands', () => {
    const { controller } = emitting();
    const record = controller.readRecord({ op: 'last' });
    expect(record?.kind).toBe('open');
    expect(record?.entries[0]?.status).toBe('emitting');
    expect(record?.entries[0]?.deliveredTenMicroJPerCm2).toBeGreaterThan(0);
  });

  it('numbers grow across restarts and are found by number and by session', () => {
    const bench = setUp();
    let controller = bench.controller;
    for (let session = 1; session <= 3; session++) {
      controller.subscribe();
      controller.prepare(program({ tag: session }));
      controller.arm();
      controller.stop();
      bench.belt.inject('reboot');
      bench.clock.advance(1000);
      controller = connectController(bench.belt);
    }
    controller.subscribe();
    expect(controller.readRecord({ op: 'byNumber', number: 2 })?.sessionTag[7]).toBe(2);
    expect(
      controller.readRecord({ op: 'bySession', sessionTag: program({ tag: 3 }).sessionTag })?.number,
    ).toBe(3);
    expect(controller.readRecord({ op: 'byNumber', number: 4 })).toBeUndefined();
    expect(controller.recordAnswers.at(-1)).toEqual({
      op: 'byNumber',
      code: 'noRecord',
      recordCount: 3,
      newestNumber: 3,
    });
  });

  it('tick numbers start above everything ever sent after a restart', () => {
    const bench = emitting();
    const before = bench.controller.lastTick().tick;
    bench.belt.inject('reboot');
    bench.clock.advance(1000);
    const again = connectController(bench.belt);
    again.features();
    again.subscribe();
    bench.clock.advance(300);
    expect(again.lastTick().tick).toBeGreaterThan(before);
    expect(again.lastTick().uptimeMs).toBeLessThan(1100);
  });

  it('record-lost takes the newest, or all', () => {
    const bench = emitting();
    bench.controller.stop();
    bench.belt.inject('record-lost');
    expect(bench.controller.readRecord({ op: 'last' })).toBeUndefined();
    expect(bench.controller.recordAnswers.at(-1)?.code).toBe('noRecord');
  });

  it('events are kept, sixteen at most, until they are confirmed', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0 });
    for (let count = 2; count < 20; count++) {
      bench.controller.command('pause');
      bench.controller.command('resume', Uint8Array.of(count));
    }
    const late = connectController(bench.belt);
    late.subscribe(['events']);
    expect(late.events.length).toBeLessThanOrEqual(16);
    expect(late.events.some((event) => event.kind === 'overflow')).toBe(true);
    const newest = late.events.at(-1)!.number;
    bench.controller.command('confirmEvents', Uint8Array.of(newest & 0xff, newest >> 8));
    late.link.disconnect();
    const later = connectController(bench.belt);
    later.subscribe(['events']);
    expect(later.events).toEqual([]);
  });
});
