// Every incident: nothing to be found with our code, and the peer's defect found by the check that is named for it.
import { describe, expect, it } from 'vitest';
import { HAZARD_ROWS } from '../../firmware-sim/firmware/hazards.ts';
import { INCIDENTS } from './incidents/all-incidents.ts';
import { withDefect } from './incidents/firmware-defect.ts';
import { findingsOf } from './incidents/incident.ts';
import { INCIDENT_ROWS } from './incidents/names.ts';

describe('the list of incidents', () => {
  it('has every name that was collected, each once', () => {
    expect(INCIDENTS.map((incident) => incident.name).sort()).toEqual([...INCIDENT_ROWS.flat()].sort());
  });
});

describe('a defect in the firmware', () => {
  it('is there for its play alone, even when that throws', () => {
    const before = HAZARD_ROWS.map((row) => row.find);
    const play = (): void => {
      expect(HAZARD_ROWS.map((row) => row.find)).not.toEqual(before);
      throw new Error('broken play');
    };
    expect(() => withDefect({ blindTo: [7] }, play)).toThrow('broken play');
    expect(HAZARD_ROWS.map((row) => row.find)).toEqual(before);
  });
});

describe.each(INCIDENTS)('$name', (incident) => {
  it('nothing is found', () => {
    expect(findingsOf(incident, false)).toEqual([]);
  });

  it(`the defect is found: ${incident.defect}`, () => {
    expect(findingsOf(incident, true)).toContain(incident.killedBy);
  });
});
