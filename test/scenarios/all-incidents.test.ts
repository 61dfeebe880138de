// Every incident: nothing to be found with our code, and the peer's defect found by the check that is named for it.
import { describe, expect, it } from 'vitest';
import { INCIDENTS } from './incidents/all-incidents.ts';
import { findingsOf } from './incidents/incident.ts';
import { INCIDENT_ROWS } from './incidents/names.ts';

describe('the list of incidents', () => {
  it('has every name that was collected, each once', () => {
    expect(INCIDENTS.map((incident) => incident.name).sort()).toEqual([...INCIDENT_ROWS.flat()].sort());
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
