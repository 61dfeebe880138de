// The closed list of hazards: one row of data each, one evaluation in evaluate.ts, one test.
import type { HazardResponse, HazardRow } from './hazard-row.ts';
import { HAZARDS_AROUND } from './hazards-around.ts';
import { HAZARDS_OF_LIGHT } from './hazards-of-light.ts';

export { RESPONSES, type HazardResponse, type HazardRow } from './hazard-row.ts';

/** In the order of their numbers: all that a belt's mask of 24 bits can name. */
export const HAZARDS = [...HAZARDS_OF_LIGHT, ...HAZARDS_AROUND] as const satisfies readonly HazardRow[];

export type HazardId = (typeof HAZARDS)[number]['id'];

const byId = new Map<string, HazardRow>(HAZARDS.map((row) => [row.id, row]));
const byNumber = new Map<number, HazardRow & { readonly id: HazardId }>(
  HAZARDS.map((row) => [row.number, row]),
);

/** Hazards of a belt newer than this list have no row here. */
export const hazardRow = (id: string): HazardRow | undefined => byId.get(id);
export const hazardOfNumber = (number: number): (HazardRow & { readonly id: HazardId }) | undefined =>
  byNumber.get(number);
/** `H07` for 7. */
export const hazardName = (number: number): `H${string}` => `H${String(number).padStart(2, '0')}`;

const rankOf: Readonly<Record<HazardResponse | 'none', number>> = {
  none: 0,
  endShort: 1,
  pause: 2,
  refuse: 3,
  cutoff: 4,
  lockout: 5,
};
export const worseResponse = <T extends HazardResponse | 'none'>(left: T, right: T): T =>
  rankOf[right] > rankOf[left] ? right : left;
