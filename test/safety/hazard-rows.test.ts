// The list of hazards as the design has it, row by row: what each leads to, how soon it must be dark, and what a person is
// told. Whoever changes a row changes it here as well, and says why.
import { describe, expect, it } from 'vitest';
import {
  hazardName,
  hazardOfNumber,
  hazardRow,
  HAZARDS,
  RESPONSES,
  worseResponse,
  type HazardRow,
} from '../../src/safety/hazards.ts';

/** id, name, response, kept by the belt, what goes dark, dark by the belt and by the controller (ms), whose fault. */
const TABLE = `
H01 | skin over-temperature | cutoff | latched | session | 1000 | 2000 | safety
H02 | thermal dose of the skin | cutoff | - | session | 1000 | 2000 | safety
H03 | hot start, fast rise | pause | - | session | - | 1000 | safety
H04 | temperature sensor | cutoff | latched | session | 1000 | 2000 | safety
H05 | skin contact lost | pause | - | session | 100 | 500 | safety
H06 | dose overrun | cutoff | - | session | 250 | 250 | safety
H07 | over-irradiance | cutoff | latched | session | 100 | 500 | safety
H08 | output deviates from set | cutoff | - | zone | 100 | 1500 | safety
H09 | emitter dead, open or short | cutoff | - | zone | 100 | 1000 | safety
H10 | emission while commanded off | lockout | latched | session | 100 | 500 | safety
H11 | clocks disagree | cutoff | - | session | - | 2000 | safety
H12 | exposure over time limit | endShort | - | zone | 250 | 1000 | safety
H13 | controller gone or link lost | pause | - | session | 1000 | - | link
H14 | status stale | pause | - | session | - | 1000 | safety
H15 | forged or altered message | cutoff | - | session | 250 | 250 | safety
H16 | wrong belt or wrong program | refuse | - | session | - | - | safety
H17 | self-test failed | lockout | latched | session | - | - | safety
H18 | battery | cutoff | - | session | 1000 | 2000 | safety
H19 | too soon, too much | refuse | - | session | - | - | safety
H20 | dose book not durable | cutoff | - | session | - | 1000 | safety
H21 | records lost or clock set back | refuse | - | session | - | - | safety
H22 | visible pulsing | refuse | - | session | - | - | safety
H23 | nobody there | pause | - | session | - | 1000 | safety
H24 | contraindication | refuse | - | session | - | - | safety
`;

/** id, threshold, what a person is told. */
const WORDS = [
  [
    'H01',
    '43.0 °C or no valid reading (warning at 41.0 °C)',
    'The skin under the belt was too warm, or its temperature could not be read. Take the belt off, let the skin cool, then `laserbelt clear`.',
  ],
  [
    'H02',
    'CEM43 of a zone reaches 2 min in a session (warning at 1 min); without a reading it counts as 43 °C',
    'The skin under the belt was warm for too long. Take the belt off, let the skin cool, and give it the rest of the day.',
  ],
  [
    'H03',
    'no start above 37 °C, below 25 °C or without a reading; more than 1.5 °C/min over 30 s of light pauses',
    'The skin under the belt is too warm or too cold to begin, or its temperature cannot be read. Wear the belt until it shows 25 to 37 °C, then start again.',
  ],
  [
    'H04',
    'outside 10–60 °C, or unchanged for 60 s of light; the belt, which sees both sensors of a zone, also when they differ by more than 4 °C',
    'A temperature sensor of the belt does not work, so that nobody would notice skin that gets too warm. Have the belt checked; then `laserbelt clear`.',
  ],
  [
    'H05',
    'a zone in treatment is uncovered; more than 3 losses or 30 s in all end the session',
    'The belt lost contact with the skin. Tighten it, then resume or start again.',
  ],
  [
    'H06',
    '110 % of the prescription (a zone ends at 100 %)',
    'A zone received more light than prescribed. Do not repeat the session today.',
  ],
  [
    'H07',
    'measured above 120 mW/cm² (program cap 100), or the sum of irradiance over exposure limit above 1',
    'The belt shone brighter than skin may take. Do not use it again before it has been checked; then `laserbelt clear`.',
  ],
  [
    'H08',
    '±20 % for 1 s, or above 150 % on any sample (warning at ±10 % for 10 s)',
    'An emitter gave too much or too little light; its zone was switched off. Have the belt checked.',
  ],
  [
    'H09',
    'below 10 % of what is set',
    'An emitter gave no light; its zone was switched off. Have the belt checked.',
  ],
  [
    'H10',
    'above 2 % of full scale for 50 ms',
    'The belt shone although it was told to be dark, and has locked itself. Do not use it again before it has been repaired; then `laserbelt clear`.',
  ],
  [
    'H11',
    'elapsed times differ by more than 0.25 s + 2 %',
    'The clocks of belt and controller run apart, so the dose cannot be trusted. Have the belt checked.',
  ],
  [
    'H12',
    'a zone ends short at planned time + 5 %; cutoff at + 10 % or 30 min',
    'A zone needed longer than planned and was ended short. Its emitter may be weak: have the belt checked.',
  ],
  [
    'H13',
    'no fresh lease; the session is over after 10 s or with the link',
    'The connection to the belt was lost. Keep the belt near, then start again.',
  ],
  [
    'H14',
    'newest status older than 850 ms: pause; 2 s more: cutoff',
    'The belt stopped telling its state. Keep it near, then start again.',
  ],
  [
    'H15',
    'the third damaged message of a session',
    'Too many damaged messages between belt and controller. Move away from other transmitters, then start again.',
  ],
  [
    'H16',
    'identity, or the digest of the decoded program, differs',
    'This is not the expected belt, or it understood another program. Nothing was emitted; check which belt is meant.',
  ],
  [
    'H17',
    'any zone, before each session',
    'The belt failed its self-test and has locked itself. Have it checked, then `laserbelt clear`.',
  ],
  [
    'H18',
    'below 15 % no start, below 10 % end, never while charging',
    'The battery is too low, or the belt is charging. Charge it, unplug it, then start again.',
  ],
  [
    'H19',
    'per person and site: 20 h from the last session that counts (one that gave a zone a quarter of its dose), never more than 2 sessions in 24 h, 60 J/cm² in 24 h; what the course says',
    'This site has had its light, or its course is not due yet. `laserbelt history` shows what was given.',
  ],
  [
    'H20',
    'any failed write',
    'The dose book could not be written. Free disk space or mend its folder, then start again.',
  ],
  [
    'H21',
    'the calendar of this computer is earlier than the last entry of the dose book; a belt whose newest record has a lower number than the book knows from the last two days; a session that the belt has no record of counts at its upper bound',
    'The clock of this computer was set back, or the belt lost its records, so that nobody knows how long ago the last session was. Set the clock right, or have the belt checked.',
  ],
  [
    'H22',
    'visible light (up to 780 nm) pulsed at 3 to 60 Hz, or at a rate that is no number',
    'The plan would let visible light flicker, which can give seizures. Nothing was emitted; choose continuous light, or pulses above 60 Hz.',
  ],
  [
    'H23',
    'no sign of the person for 10 min, then 60 s of asking',
    'Nobody showed that they were there, so the light was paused. Resume when you are back.',
  ],
  [
    'H24',
    'a screening question answered the wrong way, or not at all; full form before a course, short form each session',
    'Something speaks against light today, or a question was not answered. Nothing was emitted; ask your doctor where the answer says so.',
  ],
] as const;

const lineOf = (row: HazardRow): string =>
  [
    row.id,
    row.name,
    row.response,
    row.latched ? 'latched' : '-',
    row.scope,
    row.beltBoundMs ?? '-',
    row.controllerBoundMs ?? '-',
    row.blame,
  ].join(' | ');

describe('the list of hazards', () => {
  it('has the responses, latches and bounds of the design', () => {
    expect(HAZARDS.map(lineOf)).toEqual(TABLE.trim().split('\n'));
  });

  it('says for each what trips it, and to a person what happened and what to do', () => {
    expect(HAZARDS.map(({ id, threshold, description }) => [id, threshold, description])).toEqual(WORDS);
  });

  it('is found by name and by number, and nothing else is', () => {
    for (const row of HAZARDS) {
      expect(hazardName(row.number)).toBe(row.id);
      expect(hazardRow(row.id)).toBe(row);
      expect(hazardOfNumber(row.number)).toBe(row);
    }
    expect([hazardRow('H00'), hazardRow('H25'), hazardOfNumber(0), hazardOfNumber(25)]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect(hazardName(7)).toBe('H07');
    expect(hazardName(32)).toBe('H32');
  });

  it('ranks responses: each is worse than all before it, on whichever side it stands', () => {
    expect(RESPONSES).toEqual(['endShort', 'pause', 'refuse', 'cutoff', 'lockout']);
    const all = ['none', ...RESPONSES] as const;
    for (const [worse, right] of all.entries())
      for (const [mild, left] of all.entries())
        expect([worseResponse(left, right), worseResponse(right, left)]).toEqual(
          worse >= mild ? [right, right] : [left, left],
        );
  });
});
