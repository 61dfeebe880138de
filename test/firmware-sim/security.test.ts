import { describe, expect, it } from 'vitest';
import { armed, setUp } from './bench.ts';
import { connectController } from './controller.ts';
import { connectKeyed, pairAndUnlock } from './keyed.ts';

describe('A paired belt', () => {
  it('treats its own controller over a sealed link, on the link of the pairing and on later ones', () => {
    const bench = setUp();
    const ring = pairAndUnlock(bench.belt, bench.controller);
    armed(bench);
    bench.clock.advance(2500);
    expect(bench.belt.truth().emission).toBe(true);
    bench.controller.stop();
    expect(bench.controller.lastTick().stopLatched).toBe(true);
    bench.controller.link.disconnect();
    const again = { ...bench, controller: connectKeyed(bench.belt, ring) };
    armed(again);
    bench.clock.advance(2500);
    expect(bench.belt.truth().emission).toBe(true);
    const stranger = connectController(bench.belt);
    stranger.stop();
    expect(bench.belt.truth().emission).toBe(false);
  });
});
