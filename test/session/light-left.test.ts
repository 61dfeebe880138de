// H12 over a visit: its lights are belt sessions of their own, and a later one gets what the earlier ones have left.
import { describe, expect, it } from 'vitest';
import { initialContext, type SessionInput } from '../../src/session/context.ts';
import { observe } from '../../src/session/observe.ts';
import { createRig, TAG, type Rig } from './support/rig.ts';

const CAP_MS = 30 * 60_000;
/** A tick of 250 ms says that it is too much, and the stop needs its way. */
const CUT_WITHIN_MS = 1000;

function gave(emissionMaxMs: number): Rig {
  const rig = createRig({ input: { emissionMaxMs } });
  rig.send({ type: 'operator.start' });
  rig.untilOver();
  return rig;
}
const lightMsOf = ({ truth }: Rig): number =>
  truth.reduce(
    (sum, { emission, atMs }, index) => (emission ? sum + (truth[index + 1]?.atMs ?? Infinity) - atMs : sum),
    0,
  );
/** As the session itself counts it, when nothing cuts it. */
const WHOLE_MS = gave(CAP_MS).outcomes[0]?.emissionMs ?? NaN;

describe('the outcome of a session', () => {
  it('says how long its light was, at least as long as the belt really gave it, and a tick more at each end at most', () => {
    const lightMs = lightMsOf(gave(CAP_MS));
    expect(lightMs).toBeGreaterThan(10_000);
    expect(WHOLE_MS).toBeGreaterThanOrEqual(lightMs);
    expect(WHOLE_MS).toBeLessThanOrEqual(lightMs + 2 * 260);
  });

  it('says none when there was none', () => {
    const rig = createRig();
    rig.send({ type: 'operator.start' });
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    expect(rig.untilOver().emissionMs).toBe(0);
  });
});

describe('H12 what a visit has left', () => {
  it.each([WHOLE_MS, WHOLE_MS + 1, CAP_MS])('lets light of just as long complete (%s ms left)', (leftMs) => {
    expect(gave(leftMs).outcomes[0]).toMatchObject({ outcome: 'completed', hazards: [], exitCode: 0 });
  });

  it.each([WHOLE_MS - 1, WHOLE_MS - 3000, 2000, 1])('cuts light that is longer (%s ms left)', (leftMs) => {
    const rig = gave(leftMs);
    expect(rig.outcomes[0]).toMatchObject({
      outcome: 'cutoff',
      emissionOff: 'confirmed',
      hazard: 'H12',
      exitCode: 4,
    });
    expect(lightMsOf(rig)).toBeLessThanOrEqual(leftMs + CUT_WITHIN_MS);
  });

  it.each([0, -1, -Infinity, NaN])(
    'of %s ms is no light at all: refused before anybody is asked',
    (leftMs) => {
      const rig = gave(leftMs);
      expect(rig.outcomes[0]).toMatchObject({ outcome: 'refused', emissionOff: 'neverOn', exitCode: 6 });
      expect(rig.outcomes[0]?.message).toContain('30 minutes of light');
      expect(rig.states).not.toContain('ready');
      expect(rig.belt.truth().zones.every(({ radiantExposureJPerCm2: given }) => given === 0)).toBe(true);
    },
  );

  it.each([
    [undefined, CAP_MS],
    [1, 1],
    [CAP_MS - 1, CAP_MS - 1],
    [CAP_MS, CAP_MS],
    [CAP_MS + 1, CAP_MS],
    [Infinity, CAP_MS],
    [NaN, NaN],
  ])('%s ms: only narrows the 30 minutes of a session (%s ms)', (emissionMaxMs, expectedMs) => {
    const given: Partial<SessionInput> = emissionMaxMs === undefined ? {} : { emissionMaxMs };
    const context = initialContext({
      ...{ planName: 'test', sessionTag: TAG, address: 'sim', ...given },
      resolve: () => ({ ok: false, problems: [] }),
    });
    expect(observe(context, 0).sessionEmissionMaxMs).toBe(expectedMs);
  });
});
