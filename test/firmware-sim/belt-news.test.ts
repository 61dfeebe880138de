// What `sim serve` tells of a belt, as it happens.
import { describe, expect, it } from 'vitest';
import { tellCentrals, tellLight } from '../../firmware-sim/belt-news.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createRig } from '../session/support/rig.ts';
import { pairSimulatedBelt } from '../session/support/paired-belt.ts';

interface Watched {
  readonly lines: string[];
  run(faults: readonly string[], during?: (rig: ReturnType<typeof createRig>) => void): void;
}

function watched(): Watched {
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  return {
    lines,
    run(faults, during = () => undefined) {
      const clock = createVirtualClock();
      const belt: SimulatedBelt = createSimulatedBelt({ clock, seed: 1, faults, onTruth: tellLight(tell) });
      const rig = createRig({ clock, belt, wrapPeripheral: () => tellCentrals(belt, tell) });
      rig.send({ type: 'operator.start' });
      during(rig);
      rig.untilOver();
      rig.run(500);
    },
  };
}

describe('what is told of a served belt', () => {
  it('a session: connected, light on, light off, disconnected; one line each, in order', () => {
    const { lines, run } = watched();
    run([]);
    expect(lines).toEqual([
      'central 1 connected',
      'light on',
      'light off: the session is complete',
      'central 1 disconnected',
    ]);
  });

  it('STOP that darkens it', () => {
    const { lines, run } = watched();
    run([], (rig) => {
      rig.until('emitting');
      rig.run(3000);
      rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    });
    expect(lines).toEqual(['central 1 connected', 'light on', 'STOP: light off', 'central 1 disconnected']);
  });

  it('light off by a hazard and by a pause, and a link that the belt lost', () => {
    const hazard = watched();
    hazard.run(['over-temperature@3s:celsius=44']);
    expect(hazard.lines).toContain('light off (hazard)');
    const lost = watched();
    lost.run(['link-drop@3s']);
    expect(lost.lines).toContainEqual(expect.stringMatching(/^light off \(/));
    expect(lost.lines).toContainEqual(expect.stringMatching(/^central 1 disconnected \(.+\)$/));
    expect(lost.lines).toContain('central 2 connected');
  });

  it('a new key, once, and never what it is', () => {
    const clock = createVirtualClock();
    const belt = createSimulatedBelt({ clock, seed: 1 });
    const lines: string[] = [];
    const air = tellCentrals(belt, (line) => void lines.push(line));
    expect(belt.keyCount()).toBe(0);
    pairSimulatedBelt({ ...belt, connect: (central) => air.connect(central) }, clock);
    expect(belt.keyCount()).toBe(1);
    expect(lines.filter((line) => line.startsWith('paired'))).toEqual([
      'paired with central 1, key 1 of the belt',
    ]);
    expect(lines.join().replaceAll('-', '')).not.toContain(belt.label.replaceAll('-', '').slice(0, 8));
  });
});
