// The closed list of hazards: one row of data each. A new hazard is one row here, one evaluation in evaluate.ts, one test.
import type { HazardResponse, HazardRow } from './hazard-row.ts';

export { RESPONSES, type HazardResponse, type HazardRow } from './hazard-row.ts';

/** Judged before arming: nothing is lit that would have to go dark. */
const REFUSAL = {
  response: 'refuse',
  latched: false,
  scope: 'session',
  beltBoundMs: null,
  controllerBoundMs: null,
  blame: 'safety',
} as const;

export const HAZARDS = [
  {
    id: 'H01',
    number: 1,
    name: 'skin over-temperature',
    response: 'cutoff',
    latched: true,
    scope: 'session',
    beltBoundMs: 1000,
    controllerBoundMs: 2000,
    blame: 'safety',
    threshold: '43.0 °C or no valid reading (warning at 41.0 °C)',
    description:
      'The skin under the belt was too warm, or its temperature could not be read. Take the belt off, let the skin cool, then `laserbelt clear`.',
  },
  {
    id: 'H05',
    number: 5,
    name: 'skin contact lost',
    response: 'pause',
    latched: false,
    scope: 'session',
    beltBoundMs: 100,
    controllerBoundMs: 500,
    blame: 'safety',
    threshold: 'a zone in treatment is uncovered; more than 3 losses or 30 s in all end the session',
    description: 'The belt lost contact with the skin. Tighten it, then resume or start again.',
  },
  {
    id: 'H06',
    number: 6,
    name: 'dose overrun',
    response: 'cutoff',
    latched: false,
    scope: 'session',
    beltBoundMs: 250,
    controllerBoundMs: 250,
    blame: 'safety',
    threshold: '110 % of the prescription (a zone ends at 100 %)',
    description: 'A zone received more light than prescribed. Do not repeat the session today.',
  },
  {
    id: 'H07',
    number: 7,
    name: 'over-irradiance',
    response: 'cutoff',
    latched: true,
    scope: 'session',
    beltBoundMs: 100,
    controllerBoundMs: 500,
    blame: 'safety',
    threshold:
      'measured above 120 mW/cm² (program cap 100), or the sum of irradiance over exposure limit above 1',
    description:
      'The belt shone brighter than skin may take. Do not use it again before it has been checked; then `laserbelt clear`.',
  },
  {
    id: 'H08',
    number: 8,
    name: 'output deviates from set',
    response: 'cutoff',
    latched: false,
    scope: 'zone',
    beltBoundMs: 100,
    controllerBoundMs: 1500,
    blame: 'safety',
    threshold: '±20 % for 1 s, or above 150 % on any sample (warning at ±10 % for 10 s)',
    description: 'An emitter did not give the set power; its zone was switched off. Have the belt checked.',
  },
  {
    id: 'H09',
    number: 9,
    name: 'emitter dead, open or short',
    response: 'cutoff',
    latched: false,
    scope: 'zone',
    beltBoundMs: 100,
    controllerBoundMs: 1000,
    blame: 'safety',
    threshold: 'below 10 % of what is set',
    description: 'An emitter gave no light; its zone was switched off. Have the belt checked.',
  },
  {
    id: 'H10',
    number: 10,
    name: 'emission while commanded off',
    response: 'lockout',
    latched: true,
    scope: 'session',
    beltBoundMs: 100,
    controllerBoundMs: 500,
    blame: 'safety',
    threshold: 'above 2 % of full scale for 50 ms',
    description:
      'The belt shone although it was told to be dark, and has locked itself. Do not use it again before it has been repaired; then `laserbelt clear`.',
  },
  {
    id: 'H11',
    number: 11,
    name: 'clocks disagree',
    response: 'cutoff',
    latched: false,
    scope: 'session',
    beltBoundMs: null,
    controllerBoundMs: 2000,
    blame: 'safety',
    threshold: 'elapsed times differ by more than 0.25 s + 2 %',
    description:
      'The clocks of belt and controller run apart, so the dose cannot be trusted. Have the belt checked.',
  },
  {
    id: 'H12',
    number: 12,
    name: 'exposure over time limit',
    response: 'endShort',
    latched: false,
    scope: 'zone',
    beltBoundMs: 250,
    controllerBoundMs: 1000,
    blame: 'safety',
    threshold: 'a zone ends short at planned time + 5 %; cutoff at + 10 % or 30 min',
    description:
      'A zone needed longer than planned and was ended short. Its emitter may be weak: have the belt checked.',
  },
  {
    id: 'H13',
    number: 13,
    name: 'controller gone or link lost',
    response: 'pause',
    latched: false,
    scope: 'session',
    beltBoundMs: 1000,
    controllerBoundMs: null,
    blame: 'link',
    threshold: 'no fresh lease; the session is over after 10 s or with the link',
    description: 'The connection to the belt was lost. Keep the belt near, then start again.',
  },
  {
    id: 'H14',
    number: 14,
    name: 'status stale',
    response: 'pause',
    latched: false,
    scope: 'session',
    beltBoundMs: null,
    controllerBoundMs: 1000,
    blame: 'safety',
    threshold: 'newest status older than 850 ms: pause; 2 s more: cutoff',
    description: 'The belt stopped telling its state. Keep it near, then start again.',
  },
  {
    id: 'H15',
    number: 15,
    name: 'forged or altered message',
    response: 'cutoff',
    latched: false,
    scope: 'session',
    beltBoundMs: 250,
    controllerBoundMs: 250,
    blame: 'safety',
    threshold: 'the third damaged message of a session',
    description:
      'Too many damaged messages between belt and controller. Move away from other transmitters, then start again.',
  },
  {
    id: 'H16',
    number: 16,
    name: 'wrong belt or wrong program',
    ...REFUSAL,
    threshold: 'identity, or the digest of the decoded program, differs',
    description:
      'This is not the expected belt, or it understood another program. Nothing was emitted; check which belt is meant.',
  },
  {
    id: 'H17',
    number: 17,
    name: 'self-test failed',
    response: 'lockout',
    latched: true,
    scope: 'session',
    beltBoundMs: null,
    controllerBoundMs: null,
    blame: 'safety',
    threshold: 'any zone, before each session',
    description:
      'The belt failed its self-test and has locked itself. Have it checked, then `laserbelt clear`.',
  },
  {
    id: 'H18',
    number: 18,
    name: 'battery',
    response: 'cutoff',
    latched: false,
    scope: 'session',
    beltBoundMs: 1000,
    controllerBoundMs: 2000,
    blame: 'safety',
    threshold: 'below 15 % no start, below 10 % end, never while charging',
    description: 'The battery is too low, or the belt is charging. Charge it, unplug it, then start again.',
  },
  {
    id: 'H19',
    number: 19,
    name: 'too soon, too much',
    ...REFUSAL,
    threshold:
      'per person and site: 20 h from the last session, 1 session a day, never more than 2 in 24 h, 60 J/cm² in 24 h; what the course says',
    description:
      'This site has had its light, or its course is not due yet. `laserbelt history` shows what was given.',
  },
  {
    id: 'H20',
    number: 20,
    name: 'dose book not durable',
    response: 'cutoff',
    latched: false,
    scope: 'session',
    beltBoundMs: null,
    controllerBoundMs: 1000,
    blame: 'safety',
    threshold: 'any failed write',
    description: 'The dose book could not be written. Free disk space or mend its folder, then start again.',
  },
  {
    id: 'H21',
    number: 21,
    name: 'records lost or clock set back',
    ...REFUSAL,
    threshold:
      'the calendar of this computer is earlier than the last entry of the dose book; a session that the belt has no record of counts at its upper bound',
    description:
      'The clock of this computer was set back, so that nobody knows how long ago the last session was. Set it right, then start again.',
  },
  {
    id: 'H24',
    number: 24,
    name: 'contraindication',
    ...REFUSAL,
    threshold:
      'a screening question answered the wrong way, or not at all; full form before a course, short form each session',
    description:
      'Something speaks against light today, or a question was not answered. Nothing was emitted; ask your doctor where the answer says so.',
  },
] as const satisfies readonly HazardRow[];

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
