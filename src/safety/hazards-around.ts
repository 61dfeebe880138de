// The rows of link, belt, book and person (H13–H24): where nobody may be in charge of the light any more.
import type { HazardRow } from './hazard-row.ts';

/** Judged before arming: nothing is lit that would have to go dark. */
const REFUSAL = {
  response: 'refuse',
  latched: false,
  scope: 'session',
  beltBoundMs: null,
  controllerBoundMs: null,
  blame: 'safety',
} as const;

export const HAZARDS_AROUND = [
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
      'per person and site: 20 h from the last session that counts (one that gave a zone a quarter of its dose), never more than 2 sessions in 24 h, 60 J/cm² in 24 h; what the course says',
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
      'the calendar of this computer is earlier than the last entry of the dose book; a belt whose newest record has a lower number than the book knows from the last two days; a session that the belt has no record of counts at its upper bound',
    description:
      'The clock of this computer was set back, or the belt lost its records, so that nobody knows how long ago the last session was. Set the clock right, or have the belt checked.',
  },
  {
    id: 'H22',
    number: 22,
    name: 'visible pulsing',
    ...REFUSAL,
    threshold: 'visible light (up to 780 nm) pulsed at 3 to 60 Hz, or at a rate that is no number',
    description:
      'The plan would let visible light flicker, which can give seizures. Nothing was emitted; choose continuous light, or pulses above 60 Hz.',
  },
  {
    id: 'H23',
    number: 23,
    name: 'nobody there',
    response: 'pause',
    latched: false,
    scope: 'session',
    beltBoundMs: null,
    controllerBoundMs: 1000,
    blame: 'safety',
    threshold: 'no sign of the person for 10 min, then 60 s of asking',
    description: 'Nobody showed that they were there, so the light was paused. Resume when you are back.',
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
