// A belt session on tape, and the controller run over the tape: the same decisions, or the place where they part.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../firmware-sim/random.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import { differenceWords } from '../../src/cli/replay-words.ts';
import { bodiesOf, createRecordedRig, replayLines, sealed, type RecordedRig } from './replay-rig.ts';
import { createRig, type RigOptions } from '../session/support/rig.ts';

function recorded(
  options: RigOptions = {},
  during: (rig: RecordedRig) => void = () => undefined,
): RecordedRig {
  const rig = createRecordedRig(options);
  rig.send({ type: 'operator.start' });
  during(rig);
  rig.untilOver();
  rig.run(500);
  return rig;
}

const stopAt = (ms: number) => (rig: RecordedRig) => {
  rig.run(ms);
  rig.send({ type: 'operator.stop', cause: 'stopCommand' });
};

const SESSIONS: readonly (readonly [string, string, () => RecordedRig])[] = [
  ['one that completes', 'completed', () => recorded()],
  ['one that is stopped', 'stopped', () => recorded({}, stopAt(9000))],
  ['one that is stopped while it connects', 'stopped', () => recorded({}, stopAt(1))],
  ['one that a hazard cuts', 'cutoff', () => recorded({ faults: ['over-temperature@3s:celsius=44'] })],
  ['one whose zone is cut off alone', 'cutoff', () => recorded({ faults: ['emitter-dead@3s:zone=L2'] })],
  [
    'one that loses contact and is resumed',
    'completed',
    () =>
      recorded({ faults: ['contact-lost@3s:zone=L2,for=400ms'] }, (rig) => {
        rig.until('paused');
        rig.run(2000);
        rig.send({ type: 'operator.resume' });
      }),
  ],
  ['one whose belt shines on', 'lockout', () => recorded({ faults: ['emitter-stuck-on@3s:zone=L4'] })],
  ['one that loses the link', 'cutoff', () => recorded({ faults: ['link-drop@3s'] })],
  ['a sealed one', 'completed', () => recorded({ isSealed: true })],
  [
    'one whose port throws',
    'failed',
    () =>
      recorded({
        wrapBelt: (belt: BeltPort): BeltPort => ({
          ...belt,
          lease: () => {
            throw new Error('the lease broke');
          },
        }),
      }),
  ],
  [
    'one whose view throws',
    'failed',
    () => {
      let isThrown = false;
      return recorded({
        onView(view) {
          if (view.state !== 'emitting' || isThrown) return;
          isThrown = true;
          throw new Error('the terminal is gone');
        },
      });
    },
  ],
  [
    'one whose controller was frozen',
    'cutoff',
    () =>
      recorded({}, (rig) => {
        rig.until('emitting');
        rig.run(2000);
        rig.freeze();
        rig.run(12_000);
        rig.thaw();
      }),
  ],
];

describe('a session on tape', () => {
  it.each(SESSIONS)('%s (%s) is decided the same again, bit for bit', (_name, outcome, run) => {
    const rig = run();
    expect(rig.outcomes).toMatchObject([{ outcome }]);
    const { found, problem } = replayLines(rig.lines);
    expect(problem).toBeUndefined();
    expect(found.difference).toBeUndefined();
    expect(found).toMatchObject({ isComplete: true, sessionCount: 1 });
    expect(found.outcomes).toEqual(rig.outcomes);
    // Every line but the header is one or the other, or an answer of the world.
    const bodies = bodiesOf(rig.lines).slice(1);
    const given = bodies.filter((body) => /^\{"t":"(did|timer|shown|outcome|resolved)"/.test(body));
    expect(found.decisionCount).toBe(given.length);
    expect(found.inputCount).toBe(
      bodies.filter((body) => /^\{"t":"(session|event|fired)"/.test(body)).length,
    );
  });

  it('changes nothing: the same light, events, closings and outcome as without it', () => {
    const options = { faults: ['contact-lost@3s:for=40s'], seed: 7 };
    const [plain, taped] = [createRig(options), createRecordedRig(options)];
    for (const rig of [plain, taped]) {
      rig.send({ type: 'operator.start' });
      rig.untilOver();
      rig.run(500);
    }
    expect(taped.lines.length).toBeGreaterThan(100);
    expect(taped.outcomes).toEqual(plain.outcomes);
    expect(taped.closings).toEqual(plain.closings);
    expect(taped.events).toEqual(plain.events);
    expect(taped.truth).toEqual(plain.truth);
  });

  it('is replayed as far as it goes, wherever its process was killed', () => {
    const { lines } = recorded({ faults: ['over-temperature@3s:celsius=44'] });
    expect(lines.length).toBeGreaterThan(100);
    for (let count = 1; count < lines.length; count++) {
      const { found, problem } = replayLines(lines.slice(0, count));
      expect(problem, `cut behind line ${count}`).toBeUndefined();
      expect(found.difference, `cut behind line ${count}`).toBeUndefined();
    }
    expect(replayLines(lines.slice(0, 40)).found.isComplete).toBe(false);
  });

  it('names the line that was changed, wherever it was', () => {
    const { lines } = recorded({}, stopAt(6000));
    for (let index = 1; index < lines.length; index++) {
      const line = lines[index] ?? '';
      const at = line.indexOf(':') + 2;
      const changed = line.slice(0, at) + (line[at] === 'x' ? 'y' : 'x') + line.slice(at + 1);
      const { problem } = replayLines([...lines.slice(0, index), changed, ...lines.slice(index + 1)]);
      expect(problem?.line).toBe(index + 1);
    }
    const { problem } = replayLines([...lines.slice(0, 20), ...lines.slice(21)]);
    expect(problem?.line).toBe(21);
  });
});

describe('another controller', () => {
  const { lines } = recorded({}, stopAt(9000));
  const bodies = bodiesOf(lines);
  const nthOf = (what: RegExp, count: number): number => {
    const found = bodies.flatMap((body, index) => (what.test(body) ? [index] : []));
    return found[count] ?? -1;
  };
  /** As if the recorder had been a controller that decided so. */
  const withLine = (index: number, change: (body: string) => string | undefined): readonly string[] =>
    sealed(bodies.flatMap((body, at) => (at === index ? (change(body) ?? []) : body)));

  it('that gave one lease another ceiling is found at that lease', () => {
    const index = nthOf(/"belt\.lease".*"ceiling":0\.\d/, 5);
    const { found } = replayLines(
      withLine(index, (body) =>
        body.replace(/"ceiling":([0-9.]+)/, (_all, value) => `"ceiling":${Number(value) * 1.01}`),
      ),
    );
    expect(found.difference).toMatchObject({ line: index + 1 });
    expect(differenceWords(found.difference!).join('\n')).toMatch(
      /with\[0\]\.ceiling: 0\.\d+ recorded, 0\.\d+ now/,
    );
  });

  it('that differs in the last bit of a number differs', () => {
    const index = nthOf(/"belt\.lease".*"ceiling":0\.\d/, 5);
    const { found } = replayLines(
      withLine(index, (body) =>
        body.replace(
          /"ceiling":([0-9.]+)/,
          (_all, value) => `"ceiling":${Number(value) * (1 + Number.EPSILON)}`,
        ),
      ),
    );
    expect(found.difference).toMatchObject({ line: index + 1 });
  });

  it('that did not stop is found where it should have', () => {
    const index = nthOf(/"belt\.stop"/, 0);
    const { found } = replayLines(withLine(index, () => undefined));
    expect(found.difference?.line).toBe(index + 1);
    expect(found.difference?.now).toMatchObject({ t: 'did', call: 'belt.stop' });
  });

  it('that did something more is found there', () => {
    const index = nthOf(/"belt\.lease"/, 8);
    const { found } = replayLines(withLine(index, (body) => body));
    expect(found.difference).toBeUndefined();
    const doubled = sealed(bodies.flatMap((body, at) => (at === index ? [body, body] : [body])));
    const more = replayLines(doubled).found.difference;
    expect(more?.line).toBe(index + 2);
    expect(more?.recorded).toMatchObject({ call: 'belt.lease' });
  });

  it('with another threshold is found at the reading that it would have judged otherwise', () => {
    const hot = recorded({ faults: ['over-temperature@3s:celsius=44'] });
    const warm = bodiesOf(hot.lines);
    // The belt had reported 42.9 °C where it reported more: below the limit of H01, so this controller goes on.
    const first = warm.findIndex((body) => /"skinTemperatureC":4[3-9]/.test(body));
    expect(first).toBeGreaterThan(0);
    const cooled = sealed(
      warm.map((body) => body.replace(/"skinTemperatureC":4[3-9][0-9.]*/g, '"skinTemperatureC":42.9')),
    );
    const { difference } = replayLines(cooled).found;
    expect(difference?.line).toBeGreaterThan(first);
    expect(difference?.line).toBeLessThan(first + 12);
  });

  it('that writes its keys in another order is the same', () => {
    const index = nthOf(/"belt\.lease"/, 5);
    const turned = withLine(index, (body) => {
      const value = JSON.parse(body) as { readonly with: readonly [Record<string, unknown>] };
      const backwards = Object.fromEntries(Object.entries(value.with[0]).reverse());
      return JSON.stringify({ ...value, with: [backwards] });
    });
    expect(replayLines(turned).found).toMatchObject({ difference: undefined, isComplete: true });
  });
});

describe('any session at all', () => {
  const FAULTS = [
    'contact-lost:zone=L2,for=400ms',
    'contact-lost:for=40s',
    'over-temperature:celsius=44',
    'emitter-gain:zone=L1,factor=2.3',
    'emitter-dead:zone=L2',
    'emitter-stuck-on:zone=L4',
    'temperature-sensor-open:zone=L1',
    'clock-drift:percent=8',
    'link-drop',
    'link-drop:for=4s',
    'link-stall:for=1400ms',
    'link-stall:for=6s',
    'frame-loss:rate=0.2,for=3s',
    'frame-corrupt:rate=0.05',
    'frame-duplicate:rate=0.5',
    'answer-lost:effect=after',
    'firmware-hang',
    'reboot:for=2s',
    'battery-low:percent=8',
    'record-lost',
  ];
  it.each(Array.from({ length: 60 }, (_, index) => 4000 + index))(
    'is decided the same again (seed %d)',
    (seed) => {
      const random = createRandom(seed, 'replay');
      const rig = createRecordedRig({
        seed,
        bookLatencyMs: random.below(400),
        isSealed: random.below(3) === 0,
        input: { isPresenceAssumed: random.below(2) === 0 },
      });
      rig.send({ type: 'operator.start' });
      const faultAtMs = random.below(17_000);
      for (let ms = 0; ms < 14 * 60_000 && rig.outcomes.length === 0; ms += 10) {
        if (faultAtMs >= ms && faultAtMs < ms + 10)
          rig.belt.inject(FAULTS[random.below(FAULTS.length)] ?? '');
        const act = random.below(3000);
        if (act < 2) rig.send({ type: 'operator.pause' });
        else if (act < 8) rig.send({ type: 'operator.resume' });
        else if (act < 10) rig.send({ type: 'operator.present' });
        else if (act === 10 && ms > 8000) rig.send({ type: 'operator.stop', cause: 'interrupt' });
        rig.run(10);
      }
      expect(rig.outcomes.length, `seed ${seed}`).toBe(1);
      const { found, problem } = replayLines(rig.lines);
      expect(problem, `seed ${seed}`).toBeUndefined();
      expect(found.difference, `seed ${seed}`).toBeUndefined();
      expect(found.outcomes, `seed ${seed}`).toEqual(rig.outcomes);
    },
  );
});
