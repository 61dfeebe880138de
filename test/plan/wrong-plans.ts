// Wrong plans: what stands in the file, and what a person is told. A replacement is made in a plan that is right; `at`
// is `line:column` of the problem.

export const RIGHT_PLAN = `laserbelt: 1
name: two-points
title: Two points
site: lumbar
basis: a test
session:
  - treat: [L1, L2]
    order: together
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 4 J/cm2
    ramp: { up: 2 s, down: 1 s }
    pulse: { frequency: 100 Hz, duty: 80 % }
  - rest: 60 s
  - treat: [L3]
    wavelength: 808 nm
    irradiance: 20 mW/cm2
    energy: 2 J
limits:
  sessionDose: 6 J/cm2
  duration: 20 min
`;

export interface WrongPlan {
  readonly title: string;
  readonly find: string;
  readonly put: string;
  readonly at: string;
  /** Parts of the message, in order. */
  readonly says: readonly string[];
}

const wrong = (
  title: string,
  find: string,
  put: string,
  at: string,
  ...says: readonly string[]
): WrongPlan => ({
  title,
  find,
  put,
  at,
  says,
});

export const WRONG_PLANS: readonly WrongPlan[] = [
  wrong('no version', 'laserbelt: 1\n', '', '1:1', '`laserbelt` is missing', 'expected `laserbelt: 1`'),
  wrong('another version', 'laserbelt: 1', 'laserbelt: 2', '1:12', 'format version `2` is not known'),
  wrong('version as text', 'laserbelt: 1', 'laserbelt: "1"', '1:12', 'format version `1` is not known'),
  wrong('no name', 'name: two-points\n', '', '1:1', '`name` is missing'),
  wrong('a name with capitals', 'two-points', 'Two Points', '2:7', 'is no plan name', 'lower-case'),
  wrong('a name that is a path', 'two-points', '../../etc/passwd', '2:7', 'is no plan name'),
  wrong(
    'a title that steers the terminal',
    'Two points',
    '"red \\e[31m"',
    '3:8',
    '`title`: holds characters',
  ),
  wrong('an empty title', 'title: Two points', 'title: ""', '3:8', 'empty or too long'),
  wrong('a title that is a list', 'Two points', '[a, b]', '3:8', 'a list is no text'),
  wrong('no site', 'site: lumbar\n', '', '1:1', '`site` is missing', 'cervical'),
  wrong('an unknown site', 'lumbar', 'lumber', '4:7', '`lumber` is no body site; did you mean `lumbar`?'),
  wrong('a site far from all', 'lumbar', 'forehead', '4:7', '`forehead` is no body site (expected one of'),
  wrong('a misspelled key', 'title:', 'titel:', '3:1', 'unknown key `titel`; did you mean `title`?'),
  wrong('a misspelled key in a step', 'irradiance: 50', 'irradience: 50', '7:5', '`irradiance` is missing'),
  wrong(
    'a misspelled key in a ramp',
    'up: 2 s',
    'upp: 2 s',
    '12:13',
    'unknown key `upp`; did you mean `up`?',
  ),
  wrong(
    'an unknown key',
    'basis: a test',
    'colour: red',
    '5:1',
    'unknown key `colour` (expected one of laserbelt',
  ),
  wrong('a key of every object', 'basis: a test', '__proto__: 1', '5:1', 'unknown key `__proto__`'),
  wrong('constructor as a key', 'basis: a test', 'constructor: 1', '5:1', 'unknown key `constructor`'),
  wrong('the same key twice', 'title: Two points', 'name: again', '3:1', 'this key stands here twice'),
  wrong('an anchor', '50 mW/cm2', '&e 50 mW/cm2', '10:20', 'anchor `&e`: plans have no anchors'),
  wrong('an alias', '50 mW/cm2', '*e', '10:17', 'nresolved alias'),
  wrong('a tag', '50 mW/cm2', '!!str 50 mW/cm2', '10:23', 'plans have no tags'),
  wrong('a directive', 'laserbelt: 1', '%YAML 1.1\n---\nlaserbelt: 1', '1:1', 'no YAML directives'),
  wrong('a second document', 'basis: a test', '---\nbasis: a test', '5:1', 'a second document begins here'),
  wrong('a tab', '    order: together', '\torder: together', '8:1', 'a tab'),
  wrong('a bracket left open', '[L1, L2]', '[L1, L2', '8:5', 'not readable as YAML'),
  wrong('no session', 'session:', 'sessions:', '6:1', 'did you mean `session`?'),
  wrong(
    'a zone by its number',
    '[L1, L2]',
    '[L1, 2]',
    '7:17',
    '`2` is no zone of a belt; did you mean `L2`?',
  ),
  wrong('a zone in lower case', '[L1, L2]', '[L1, l2]', '7:17', 'did you mean `L2`?'),
  wrong(
    'a zone that no belt has',
    '[L1, L2]',
    '[L1, L9]',
    '7:17',
    '`L9` is no zone of a belt (expected L1 to L8)',
  ),
  wrong('one zone twice', '[L1, L2]', '[L1, L1]', '7:17', '`L1` stands here twice'),
  wrong(
    'a zone that is a group of keys',
    '[L1, L2]',
    '[L1, { L2: 1 }]',
    '7:17',
    'a group of keys is no zone',
  ),
  wrong('no zones', '[L1, L2]', '[]', '7:12', 'the list is empty'),
  wrong('a zone that is no list', '[L1, L2]', 'L1', '7:12', '`L1` cannot stand here', 'a list'),
  wrong('an unknown order', 'together', 'togther', '8:12', '`togther` is no order; did you mean `together`?'),
  wrong(
    'a bare wavelength',
    '808 nm\n    irradiance: 50',
    '808\n    irradiance: 50',
    '9:17',
    '`808` has no unit',
    'nm',
  ),
  wrong('a bare irradiance', '50 mW/cm2', '50', '10:17', '`50` has no unit', 'mW/cm2 or W/cm2'),
  wrong('a bare dose', '4 J/cm2', '4', '11:11', '`4` has no unit', 'J/cm2 or mJ/cm2'),
  wrong('a bare rest', '60 s', '60', '14:11', '`60` has no unit', 's, min, h or ms'),
  wrong('a dose in joules', '4 J/cm2', '4 J', '11:11', '`J` is a unit of energy, not of radiant exposure'),
  wrong('an energy per area', '2 J\n', '2 J/cm2\n', '18:13', 'is a unit of radiant exposure, not of energy'),
  wrong('a unit in the wrong case', '4 J/cm2', '4 j/cm2', '11:11', 'did you mean `J/cm2`?'),
  wrong('milli and mega', '50 mW/cm2', '50 MW/cm2', '10:17', 'did you mean `mW/cm2`?'),
  wrong('a decimal comma', '4 J/cm2', '4,5 J/cm2', '11:11', 'the decimal mark is a point'),
  wrong('a negative dose', '4 J/cm2', '-4 J/cm2', '11:11', 'must not be negative'),
  wrong('a dose of nothing', '4 J/cm2', '0 J/cm2', '11:11', 'must be above zero'),
  wrong('an exponent', '4 J/cm2', '4e3 J/cm2', '11:11', 'plain decimal digits'),
  wrong('hexadecimal', '4 J/cm2', '0x4 J/cm2', '11:11', 'plain decimal digits'),
  wrong('not a number', '4 J/cm2', '.nan', '11:11', '`NaN` is no quantity'),
  wrong('infinite', '4 J/cm2', '1e400', '11:11', '`Infinity` is no quantity'),
  wrong('infinite with a unit', '4 J/cm2', 'Infinity J/cm2', '11:11', 'not a finite number'),
  wrong('a dose that is a list', '4 J/cm2', '[4 J/cm2]', '11:11', 'a list is no quantity'),
  wrong('a dose that is left empty', '4 J/cm2', '', '11:5', 'nothing is no quantity'),
  wrong(
    'an ultraviolet wavelength',
    '808 nm\n    irradiance: 50',
    '300 nm\n    irradiance: 50',
    '9:17',
    '400 nm to 1400 nm',
  ),
  wrong(
    'above the program cap',
    '50 mW/cm2',
    '100.01 mW/cm2',
    '10:17',
    '100.01 mW/cm2 is above the program cap',
    'at most 100 mW/cm2',
  ),
  wrong('above the dose cap', '4 J/cm2', '61 J/cm2', '11:11', '61 J/cm2 is above the cap for a point'),
  wrong(
    'above the plan’s own limit',
    '4 J/cm2',
    '6.1 J/cm2',
    '11:11',
    'L1 receives 6.1 J/cm2',
    'at most 6 J/cm2',
  ),
  wrong(
    'ramps longer than the dose',
    'up: 2 s',
    'up: 160 s',
    '12:11',
    'the ramps alone deliver more than the dose',
  ),
  wrong('a negative ramp', 'up: 2 s', 'up: -2 s', '12:17', 'must not be negative'),
  wrong('a pulse without duty', ', duty: 80 %', '', '13:12', '`duty` is missing', '%'),
  wrong('a duty above all', '80 %', '101 %', '13:39', '101 % is no pulse'),
  wrong('a duty of all', '80 %', '100 %', '13:39', 'without `pulse` the light is continuous'),
  wrong('a bare duty', '80 %', '0.8', '13:39', '`0.8` has no unit', '%'),
  wrong('a duty of nothing', '80 %', '0 %', '13:39', 'must be above zero'),
  wrong(
    'H22 visible flicker',
    '808 nm\n    irradiance: 50 mW/cm2\n    dose: 4 J/cm2\n    ramp: { up: 2 s, down: 1 s }\n    pulse: { frequency: 100 Hz',
    '650 nm\n    irradiance: 50 mW/cm2\n    dose: 4 J/cm2\n    ramp: { up: 2 s, down: 1 s }\n    pulse: { frequency: 10 Hz',
    '13:25',
    'flickering at 10 Hz can start a seizure',
  ),
  wrong('neither dose nor energy', '    energy: 2 J\n', '', '15:5', 'this step has no dose'),
  wrong(
    'more energy than a session may have',
    'energy: 2 J',
    'energy: 501 J',
    '18:13',
    'above the cap for a session',
  ),
  wrong(
    'a rest at the end',
    '  - treat: [L3]\n    wavelength: 808 nm\n    irradiance: 20 mW/cm2\n    energy: 2 J\n',
    '',
    '14:5',
    'a session ends with light',
  ),
  wrong(
    'a rest at the beginning',
    'session:\n',
    'session:\n  - rest: 5 s\n',
    '7:5',
    'a session begins with light',
  ),
  wrong('a rest too long', '60 s', '11 min', '14:11', '660 s is too long', 'at most 600 s'),
  wrong('a step that is nothing', '  - rest: 60 s', '  - 60 s', '14:5', '`60 s` is no step'),
  wrong(
    'a step of an unknown kind',
    '  - rest: 60 s',
    '  - dance: 60 s',
    '14:5',
    'neither `treat` nor `rest` nor `care`',
  ),
  wrong(
    'a misspelled step',
    '  - rest: 60 s',
    '  - trest: 60 s',
    '14:5',
    'unknown key `trest`; did you mean `',
  ),
  wrong(
    'a step of two kinds',
    '  - rest: 60 s',
    '  - rest: 60 s\n    treat: [L1]',
    '14:5',
    'unknown key `rest`',
  ),
  wrong('a limit wider than the cap', '6 J/cm2', '61 J/cm2', '20:16', 'would widen the cap for a point'),
  wrong('a duration wider than the cap', '20 min', '31 min', '21:13', 'would widen the cap for a session'),
  wrong(
    'a session longer than its limit',
    '20 min',
    '2 min',
    '6:1',
    "longer than the plan's own limit",
    'at most 120 s',
  ),
  wrong(
    'an hour of light',
    '50 mW/cm2\n    dose: 4 J/cm2',
    '2 mW/cm2\n    dose: 4 J/cm2',
    '6:1',
    'min of light',
    'at most 30 min',
  ),
];
