// All incidents in one list, and what playing each of them twice gives.
import { findingsOf, type Incident } from './incident.ts';
import { COMMAND_INCIDENTS } from './commands.ts';
import { LEDGER_INCIDENTS } from './ledger.ts';
import { LIGHT_INCIDENTS } from './lights.ts';
import { STOP_INCIDENTS } from './stops.ts';
import { SURROUNDING_INCIDENTS } from './surroundings.ts';
import { WATCHDOG_INCIDENTS } from './watchdogs.ts';
import type { IncidentName } from './names.ts';

export const INCIDENTS: readonly Incident[] = [
  ...LEDGER_INCIDENTS,
  ...COMMAND_INCIDENTS,
  ...STOP_INCIDENTS,
  ...WATCHDOG_INCIDENTS,
  ...LIGHT_INCIDENTS,
  ...SURROUNDING_INCIDENTS,
];

export interface IncidentResult {
  readonly name: IncidentName;
  /** Nothing was found with our own code. */
  readonly isGreen: boolean;
  /** The check that is named for it has found the peer's defect. */
  readonly isMutantRed: boolean;
}

export const runIncidents = (): readonly IncidentResult[] =>
  INCIDENTS.map((incident) => ({
    name: incident.name,
    isGreen: findingsOf(incident, false).length === 0,
    isMutantRed: findingsOf(incident, true).includes(incident.killedBy),
  }));
