// The judges themselves: each must find what it is there for, in a physics where anything can be made true.
import { describe, expect, it } from 'vitest';
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';
import { createBoard, createOptics } from '../../../firmware-sim/optics.ts';
import { REFERENCE_BELT } from '../../../firmware-sim/profile.ts';
import { createSkin } from '../../../firmware-sim/skin.ts';
import { report } from '../../session/support/scripted.ts';
import { runScenario } from '../run.ts';
import { drawScenario } from '../draw.ts';
import { createFindings } from './findings.ts';
import { createHazardsJudge } from './hazards.ts';
import { createLightJudge } from './light.ts';

const NO_BLINDNESS = { monitor: false, temperatureSensor: false, contactSensor: false };

function createStage() {
  const board = createBoard(REFERENCE_BELT, 1);
  const optics = createOptics(board, 1);
  const skin = createSkin(board, optics, 7.4, 1);
  let nowMs = 0;
  const physics: BeltPhysics = {
    optics,
    skin,
    uptimeMs: () => nowMs,
    clockRate: () => 1,
    isRunning: () => true,
  };
  const findings = createFindings(() => nowMs);
  const light = createLightJudge(physics, findings, { nowMs: () => nowMs });
  const hazards = createHazardsJudge(physics, findings, NO_BLINDNESS);
  const step = (count = 1): void => {
    for (; count > 0; count--) {
      nowMs += 10;
      light.step(nowMs);
      hazards.step(nowMs);
    }
  };
  const shine = (isLit: boolean): void => {
    board.driverMw[0] = isLit ? 50 : 0;
    optics.powerMw[0] = isLit ? 50 : 0;
    if (optics.emission === isLit) return;
    optics.emission = isLit;
    light.changed(isLit, nowMs);
  };
  const lease = (tick: number, zones = 1): void => {
    light.ticked(report(tick, { beltTimeMs: nowMs }));
    light.leased({ tick, step: 0, zones, ceiling: 1, epoch: 1 });
  };
  /** Rightly lit: armed, counted down, leased. */
  const begin = (): void => {
    light.armed();
    step(300);
    lease(1);
    shine(true);
  };
  const found = (): readonly number[] => findings.violations.map(({ invariant }) => invariant);
  return { board, optics, skin, light, step, shine, lease, begin, found };
}

type Stage = ReturnType<typeof createStage>;

describe('the judge of light', () => {
  it('finds nothing against light that is armed, counted down, leased and in contact', () => {
    const { begin, step, lease, shine, found } = createStage();
    begin();
    for (let tick = 2; tick < 20; tick++) {
      step(25);
      lease(tick);
    }
    shine(false);
    expect(found()).toEqual([]);
  });
  it('finds light that nobody armed, or before the countdown is over', () => {
    const { light, shine, lease, step, found } = createStage();
    step(400);
    lease(1);
    shine(true);
    expect(found()).toContain(1);
    const early = createStage();
    early.light.armed();
    early.step(299);
    early.lease(1);
    early.shine(true);
    expect(early.found()).toContain(1);
    expect(light.leaseEndMs()).toBe(4000 + 1000 + 1 / 0.85);
  });
  it('finds light that outlasts its lease by one step, and light in a zone that has none', () => {
    const { begin, step, found } = createStage();
    begin();
    step(100);
    expect(found()).toEqual([]);
    step();
    expect(found()).toContain(1);
    const other = createStage();
    other.light.armed();
    other.step(300);
    other.lease(1, 2);
    other.shine(true);
    other.step();
    expect(other.found()).toContain(1);
  });
  it('finds light that comes again although nobody asked', () => {
    const { begin, step, shine, lease, found } = createStage();
    begin();
    for (let tick = 2; tick < 8; tick++) {
      step(25);
      lease(tick);
    }
    shine(false);
    step(200);
    lease(8);
    shine(true);
    expect(found()).toEqual([1]);
  });
  it('finds light and leases after a pause and after a stop, by their own invariants', () => {
    const paused = createStage();
    paused.begin();
    paused.light.paused(20);
    paused.step(2);
    expect(paused.found()).toEqual([]);
    paused.step();
    expect(paused.found()).toEqual([1]);
    const stopped = createStage();
    stopped.begin();
    stopped.light.stopped(20);
    stopped.step(3);
    expect(stopped.found()).toEqual([6]);
    stopped.lease(2);
    expect(stopped.found()).toContain(1);
  });
  it('finds light in a zone that is off the skin', () => {
    const { begin, step, skin, lease, found } = createStage();
    begin();
    step(10);
    skin.touching[0] = 0;
    step(10);
    expect(found()).toEqual([]);
    step(5);
    expect(found()).toContain(1);
    expect(found()).toContain(2);
    lease(2);
  });
});

describe('the judge of hazards', () => {
  const cases: readonly (readonly [string, number, (stage: Stage) => void])[] = [
    ['skin too hot', 1000, ({ skin }) => void (skin.temperatureC[2] = 44)],
    ['an open sensor', 1000, ({ skin }) => void (skin.sensorOpen[3] = 1)],
    ['a charger', 1000, ({ board }) => void (board.charging = true)],
    ['a driver that is stuck', 100, ({ optics }) => void (optics.powerMw[1] = 5)],
    ['more than the cap', 100, ({ optics }) => void (optics.powerMw[0] = 130)],
  ];
  it.each(cases)('finds %s that is not dark within %i ms and one step', (_name, boundMs, make) => {
    const stage = createStage();
    stage.begin();
    make(stage);
    // Present from the next look on.
    for (let ms = 0, tick = 2; ms <= boundMs + 10; ms += 10, tick++) {
      stage.lease(tick);
      stage.step();
    }
    expect(stage.found()).toEqual([]);
    stage.step();
    expect(stage.found()).toContain(2);
  });
});

describe('a whole run', () => {
  it('is found when driver and master fail together, which nothing can darken', () => {
    const calm = { ...drawScenario(17), deeds: [], hasNextDay: false };
    expect(runScenario(calm).violations).toEqual([]);
    const at = { from: 'light', ms: 500 } as const;
    const spec = 'emitter-stuck-on:zone=L1,wavelength=650,master=welded,for=3000ms';
    const welded = runScenario({ ...calm, deeds: [{ at, act: { kind: 'fault', spec } }] });
    expect(welded.violations.map(({ invariant }) => invariant)).toContain(2);
  });
});
