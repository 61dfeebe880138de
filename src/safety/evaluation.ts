// What one evaluation of one hazard is: it looks at the moment and at what is remembered, and reports what it finds.
import type { HazardId, HazardResponse } from './hazards.ts';
import type { Observation, SafetyMemory, ZoneMemory, ZoneObservation } from './observation.ts';

export interface ActiveHazard {
  readonly id: `H${string}`;
  /** 0-based; null concerns all, or is not known. */
  readonly zone: number | null;
  readonly response: HazardResponse;
  readonly by: 'controller' | 'belt';
}

export interface Verdict {
  readonly active: readonly ActiveHazard[];
  /** The worst response that concerns the whole session; hazards of single zones are in `active`. */
  readonly response: HazardResponse | 'none';
}

export type Report = (id: HazardId, zone: number | null, response?: HazardResponse) => void;
export type Evaluation = (observation: Observation, memory: SafetyMemory, report: Report) => void;

export const armed = (observation: Observation): boolean =>
  observation.phase === 'countdown' || observation.phase === 'emitting' || observation.phase === 'paused';

/** Asks of every zone; each hazard has the response of its row. */
export const perZone =
  (
    isHazard: (zone: ZoneObservation, memory: ZoneMemory | undefined, observation: Observation) => boolean,
    id: HazardId,
  ): Evaluation =>
  (observation, memory, report) => {
    for (let index = 0; index < observation.zones.length; index++) {
      const zone = observation.zones[index];
      if (zone === undefined) continue;
      if (isHazard(zone, memory.zones[index], observation)) report(id, zone.zone);
    }
  };

export const lasted = (sinceMs: number | undefined, nowMs: number, durationMs: number): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= durationMs;
