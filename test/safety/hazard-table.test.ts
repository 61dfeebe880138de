// The whole table, cell by cell: inside, at and outside the boundary, no number, missing, stale, stuck.
import { describe, expect, it } from 'vitest';
import { HAZARDS } from '../../src/safety/hazards.ts';
import { CELLS, KINDS } from './hazard-cells.ts';

const all = HAZARDS.flatMap(({ id }) => KINDS.map((kind) => ({ id, kind, cell: CELLS[id][kind] })));
const judged = all.flatMap(({ id, kind, cell }) => (typeof cell === 'string' ? [] : [{ id, kind, cell }]));

describe('the table of hazards', () => {
  it('has each kind of reading for each hazard, judged or with a reason why not', () => {
    expect(all).toHaveLength(24 * 7);
    for (const { id, kind, cell } of all)
      if (typeof cell === 'string') expect(cell.length, `${id} ${kind}`).toBeGreaterThan(15);
    expect(judged.length).toBeGreaterThan(125);
  });

  it('has both sides of each boundary', () => {
    for (const { id } of HAZARDS) {
      const { inside, outside } = CELLS[id];
      if (typeof inside === 'string' || typeof outside === 'string') throw new Error(`${id} is not judged`);
      expect(
        outside.expected.some((found) => found.startsWith(id)),
        id,
      ).toBe(true);
      expect(inside.expected, id).not.toEqual(outside.expected);
    }
  });

  it.each(judged)('$id $kind', ({ cell }) => {
    expect(cell.ids()).toEqual(cell.expected);
  });
});
