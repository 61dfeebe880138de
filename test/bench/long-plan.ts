// Plans of a given length, as a clinician might write one: four light blocks with care between them, short steps and rests.

const HEAD = ['laserbelt: 1', 'name: long-plan', 'site: lumbar', 'session:'];
const CARE = ['  - care: stretch', '    for: 5 min', '    say: Slowly. Stop if it hurts.'];
const REST = ['  - rest: 5 s'];
const LIGHT_STEPS_PER_BLOCK = 6;

const lightStep = (at: number): readonly string[] => [
  `  - treat: [L${(at % 4) + 1}, L${((at + 1) % 4) + 1}]`,
  '    wavelength: 808 nm',
  '    irradiance: 50 mW/cm2',
  '    dose: 0.5 J/cm2',
  '    ramp: { up: 1 s, down: 1 s }',
];

/** Light and rest in turn, and care after each block: the protocol carries so many steps in one belt session. */
export function longPlan(stepCount: number): string {
  const lines = [...HEAD];
  let inBlock = 0;
  for (let step = 0; step < stepCount; step++) {
    if (inBlock === 2 * LIGHT_STEPS_PER_BLOCK - 1 && step < stepCount - 1) {
      lines.push(...CARE);
      inBlock = 0;
      continue;
    }
    // A block ends with light: a rest that would be the last step of all is light instead.
    const isRest = inBlock % 2 === 1 && step < stepCount - 1;
    lines.push(...(isRest ? REST : lightStep(step)));
    inBlock++;
  }
  return `${lines.join('\n')}\n`;
}
