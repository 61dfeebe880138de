// The models' assumptions and numbers against the code: each assumption has its test, each test its assumption, and each
// number of the models that stands for one of the code's is that number or a harder one.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEASE_TTL_MS, TICK_PERIOD_MS } from '../../../protocol/messages.ts';
import { SEALED_WINDOW } from '../../../protocol/sealing.ts';
import { COUNTDOWN_MS, LINK_MAX_COUNT, TICK_MEMORY_COUNT } from '../../../firmware-sim/firmware/limits.ts';
import { STATUS_AGE_MAX_MS, UNATTENDED_PAUSE_MS } from '../../../src/safety/limits.ts';
import { WAIT_MS } from '../../../src/session/deadlines.ts';

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const LEASE = textOf('../../../protocol/lease.pml');
const SEALED = textOf('../../../protocol/sealed.pml');
const SCRIPT = textOf('../model.sh');

const idsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');
/** The first number that a name is defined as; where it is defined twice, for a wider and a narrower search, the first. */
function constantIn(text: string, name: string): number {
  const found = new RegExp(`^#define ${name} +(\\d+)`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${name} in the model`);
  return Number(found);
}
const ticks = (ms: number): number => ms / TICK_PERIOD_MS;

describe('The models of the protocol', () => {
  it('have a test for each assumption, and an assumption for each test', () => {
    const stated = [LEASE, SEALED].flatMap((text) => idsIn(text, /^ \* ([AB]\d+): /gm));
    const folder = new URL('.', import.meta.url);
    const tested = readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .flatMap((name) => idsIn(readFileSync(new URL(name, folder), 'utf8'), /^\s+it\('([AB]\d+): /gm));
    expect(stated.length).toBeGreaterThan(30);
    expect(new Set(stated).size).toBe(stated.length);
    expect(tested.toSorted()).toEqual(stated.toSorted());
  });

  it('count in the ticks of the code: a TTL, two lost, and waits that are shorter than ours, hence harder', () => {
    expect(constantIn(LEASE, 'TTL')).toBe(ticks(LEASE_TTL_MS));
    const lossCount = constantIn(LEASE, 'LOSS');
    // After so many lost ticks the controller still believes its status, and the lease still lives; after one more it ends.
    expect((lossCount + 1) * TICK_PERIOD_MS).toBeLessThanOrEqual(STATUS_AGE_MAX_MS);
    expect((lossCount + 2) * TICK_PERIOD_MS).toBeGreaterThanOrEqual(LEASE_TTL_MS);
    expect(constantIn(LEASE, 'GONE')).toBeGreaterThan(constantIn(LEASE, 'TTL'));
    expect(constantIn(LEASE, 'GONE')).toBeLessThanOrEqual(TICK_MEMORY_COUNT);
    expect(constantIn(LEASE, 'SILENCE')).toBeLessThanOrEqual(ticks(10_000));
    expect(constantIn(LEASE, 'COUNTDOWN')).toBeLessThanOrEqual(ticks(COUNTDOWN_MS));
    expect(constantIn(LEASE, 'PRESENCE')).toBeLessThanOrEqual(ticks(UNATTENDED_PAUSE_MS));
    expect(constantIn(LEASE, 'WAIT')).toBeLessThanOrEqual(ticks(WAIT_MS.paused));
    expect(constantIn(LEASE, 'WAIT')).toBeLessThanOrEqual(ticks(WAIT_MS.arming));
  });

  it('have the places, the window and the epochs of the code, or fewer where that is said', () => {
    expect(constantIn(SEALED, 'NONE')).toBe(LINK_MAX_COUNT);
    expect(SEALED).toContain(`goes ${SEALED_WINDOW.toLocaleString('en')} counters forward`);
    // Scaled down alike: the low half is wider than the window, so that what was taken is never taken for something new.
    expect(constantIn(SEALED, 'WINDOW')).toBeLessThan(constantIn(SEALED, 'MODULUS'));
    expect(SEALED_WINDOW).toBeLessThan(0x10000);
    expect(constantIn(SEALED, 'FRAMES')).toBeGreaterThan(
      constantIn(SEALED, 'MODULUS') + constantIn(SEALED, 'WINDOW'),
    );
    expect(constantIn(LEASE, 'EPOCHS')).toBeLessThanOrEqual(255);
    expect(constantIn(SEALED, 'TTL')).toBeLessThanOrEqual(constantIn(LEASE, 'TTL'));
  });

  it('are broken by every mutation that they name: the script asks for each, and for none that is not there', () => {
    const named = (text: string): string[] =>
      [...new Set(idsIn(text, /(?:ifdef|defined\() ?MUT_([A-Z_]+)/g))].toSorted();
    const asked = idsIn(SCRIPT.replace(/\\\n\s*/g, ''), /^\s*for mutation in ([A-Z_ ]+);/gm);
    const mutations = asked.flatMap((line) => line.trim().split(' '));
    expect([...new Set(mutations)].toSorted()).toEqual(
      [...new Set([...named(LEASE), ...named(SEALED)])].toSorted(),
    );
  });
});
