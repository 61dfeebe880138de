// One row of the list of hazards.

/** What a hazard leads to; later ones are worse. `refuse` after arming is a cutoff, `pause` before arming a refusal. */
export const RESPONSES = ['endShort', 'pause', 'refuse', 'cutoff', 'lockout'] as const;
export type HazardResponse = (typeof RESPONSES)[number];

export interface HazardRow {
  readonly id: string;
  /** n of `Hn`; bit n−1 of the belt's hazard mask. */
  readonly number: number;
  readonly name: string;
  readonly response: HazardResponse;
  /** The belt keeps it until a person clears it. */
  readonly latched: boolean;
  /** `zone`: only the zone concerned goes dark, the others finish. */
  readonly scope: 'session' | 'zone';
  /** From onset to dark, by the belt and by the controller; null where it has no part. */
  readonly beltBoundMs: number | null;
  readonly controllerBoundMs: number | null;
  /** `link`: ends with exit code 5 instead of 4. */
  readonly blame: 'safety' | 'link';
  readonly threshold: string;
  /** What happened and what to do next, for a person. */
  readonly description: string;
}
