// What the judgement about single zones means for their leases.
import { describe, expect, it } from 'vitest';
import type { ActiveHazard } from '../../src/safety/evaluate.ts';
import { observe, withhold } from '../../src/session/observe.ts';
import { lighting, treating } from './support/contexts.ts';

describe('zones that get no further lease', () => {
  const hazard = (
    id: string,
    response: 'cutoff' | 'endShort' | 'pause',
    more: Partial<ActiveHazard> = {},
  ): ActiveHazard => ({ id: id as 'H08', zone: 0, response, by: 'controller', ...more });
  const withheld = (active: readonly ActiveHazard[], context = lighting()) =>
    withhold(context, observe(context, 5000), active)[0]?.withheld;

  it('cut off for too much dose or too long, ended short, or with its dose', () => {
    expect(withheld([hazard('H08', 'cutoff')])).toBe('cutOff');
    expect(withheld([hazard('H09', 'cutoff')])).toBe('cutOff');
    expect(withheld([hazard('H12', 'endShort')])).toBe('endedShort');
    expect(withheld([], lighting({ reportedJPerCm2: 0.5 }))).toBe('reached');
    expect(withheld([])).toBe('no');
  });

  it('for no other hazard, no other zone, and not on the belt’s word alone', () => {
    expect(withheld([hazard('H01', 'cutoff')])).toBe('no');
    expect(withheld([hazard('H08', 'pause')])).toBe('no');
    expect(withheld([hazard('H08', 'cutoff', { zone: 1 })])).toBe('no');
    expect(withheld([hazard('H08', 'cutoff', { by: 'belt' })])).toBe('no');
  });

  it('what was decided stays, and without a change the doses are the very same', () => {
    expect(withheld([hazard('H08', 'cutoff')], lighting({ withheld: 'endedShort' }))).toBe('endedShort');
    const context = lighting();
    expect(withhold(context, observe(context, 5000), [])).toBe(context.doses);
    expect(withheld([hazard('H08', 'cutoff')], lighting({}, {}, {}, { step: 1 }))).toBe('no');
    expect(withheld([hazard('H08', 'cutoff')], lighting({}, {}, { sessionSeen: false }))).toBe('no');
    expect(withheld([hazard('H08', 'cutoff')], lighting({}, {}, { linkOpen: false }))).toBe('no');
    const undosed = { ...lighting(), doses: [] };
    expect(withhold(undosed, observe(undosed, 5000), [hazard('H08', 'cutoff')])).toEqual([]);
  });

  it('ended short when 1 % and 0.4 s more than its dose was commanded, whatever the monitor says', () => {
    const after = (reportedJPerCm2: number, commandedJPerCm2: number) =>
      withheld([], lighting({ reportedJPerCm2, commandedJPerCm2 }));
    // 0.5 J/cm² at 50 mW/cm²: 0.525.
    expect(after(0.42, 0.5249)).toBe('no');
    expect(after(0.42, 0.5251)).toBe('endedShort');
    expect(after(0.42, NaN)).toBe('endedShort');
    // Its ramp down of 0.5 s is less light than the commanded profile counts.
    expect(after(0.473, 0.5374)).toBe('no');
    expect(after(0.473, 0.5376)).toBe('endedShort');
    expect(after(0.5, 0.6)).toBe('reached');
  });

  it('the others stay as they are', () => {
    const four = treating();
    const after = withhold(four, observe(four, 5000), [hazard('H08', 'cutoff', { zone: 2 })]);
    expect(after.map((dose) => dose.withheld)).toEqual(['no', 'no', 'cutOff', 'no']);
    expect(four.doses.map((dose) => dose.withheld)).toEqual(['no', 'no', 'no', 'no']);
  });
});
