// Every pair of hazards at the same moment, and all of them: each is recorded, and the worst response decides.
import { describe, expect, it } from 'vitest';
import { concernsZoneOnly, type Verdict } from '../../src/safety/evaluate.ts';
import { HAZARDS, worseResponse, type HazardResponse } from '../../src/safety/hazards.ts';
import { commonPhase, judgeTogether, OUTSIDE, type Outside } from './outside.ts';

const idsIn = ({ active }: Verdict): readonly string[] => [...new Set(active.map((hazard) => hazard.id))];

/** H19 and H21 come as one word of the book: it refuses for one of them. */
const excludeEachOther = (left: Outside, right: Outside): boolean =>
  commonPhase([left, right]) === undefined || (left.id === 'H19' && right.id === 'H21');

const pairs = OUTSIDE.flatMap((left, index) =>
  OUTSIDE.slice(index + 1).map((right): readonly [Outside, Outside] => [left, right]),
);
const possible = pairs.filter(([left, right]) => !excludeEachOther(left, right));

/** What remains for the session of a response to one zone. */
const forSession = (outside: Outside, verdict: Verdict): HazardResponse | 'none' => {
  const hazard = verdict.active.find(({ id }) => id === outside.id);
  return hazard === undefined || concernsZoneOnly(hazard) ? 'none' : outside.response;
};

describe('each hazard just outside its boundary', () => {
  it('is there for each row of the list', () => {
    expect(OUTSIDE.map(({ id }) => id)).toEqual(HAZARDS.map(({ id }) => id));
  });

  it.each(OUTSIDE)('$id alone: recorded, nothing else with it', (outside) => {
    const verdict = judgeTogether([outside]);
    expect(verdict.active.map(({ id, response, by }) => ({ id, response, by }))).toEqual([
      { id: outside.id, response: outside.response, by: 'controller' },
    ]);
  });
});

describe('two at once', () => {
  it('all pairs that can be are there', () => {
    expect(pairs).toHaveLength((24 * 23) / 2);
    // What is only asked before arming cannot meet what only light or a session can have.
    expect(pairs.length - possible.length).toBe(2 * 7 + 1);
  });

  it.each(possible.map(([left, right]) => ({ left, right, name: `${left.id} with ${right.id}` })))(
    '$name: both recorded, the worse decides',
    ({ left, right }) => {
      const verdict = judgeTogether([left, right]);
      expect(idsIn(verdict)).toEqual([left.id, right.id]);
      expect(verdict.response).toBe(
        worseResponse<HazardResponse | 'none'>(forSession(left, verdict), forSession(right, verdict)),
      );
    },
  );
});

describe('all at once', () => {
  it.each(['emitting', 'paused', 'countdown', 'beforeArming'] as const)('while %s', (phase) => {
    const all = OUTSIDE.filter(
      ({ id, phases }) => (phases === undefined || phases.includes(phase)) && id !== 'H21',
    );
    const verdict = judgeTogether(all, { phase });
    expect(idsIn(verdict)).toEqual(all.map(({ id }) => id));
    expect(verdict.response).toBe('lockout');
    expect(all.length).toBeGreaterThan(13);
  });
});
