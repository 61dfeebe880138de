// What a plan is going to do in a few lines, before anybody is asked anything: of the plan alone, as the belt is not
// known yet. Its full arithmetic follows before arming, and in `plan show`.
import { formatNumber } from '../dosimetry/units.ts';
import type { Plan, PlanStep } from '../plan/plan.ts';
import { formatDuration } from './render-session.ts';
import { printable } from './style.ts';
import { wrapText } from './wrap.ts';

const doseWords = (step: Extract<PlanStep, { readonly kind: 'treat' }>): string =>
  step.radiantExposureJPerCm2 !== undefined
    ? `${formatNumber(step.radiantExposureJPerCm2)} J/cm²`
    : `${formatNumber(step.radiantEnergyJ ?? 0)} J each`;

function stepWords(step: PlanStep): string {
  switch (step.kind) {
    case 'treat': {
      const order = step.zones.length < 2 ? '' : step.order === 'sequence' ? ' in turn' : ' together';
      const zones = `${step.zones.map(printable).join(', ')}${order}`;
      return `light on ${zones}: ${doseWords(step)} at ${formatNumber(step.irradianceMwPerCm2)} mW/cm², ${formatNumber(step.wavelengthNm)} nm`;
    }
    case 'rest':
      return `rest, dark, ${formatDuration(step.durationS * 1000)}`;
    case 'care':
      return `${step.measure}, dark${step.durationS > 0 ? `, ${formatDuration(step.durationS * 1000)}` : ''}`;
  }
}

/** One line a step. Pure. */
export function renderBrief(plan: Plan, columns: number): readonly string[] {
  const steps = plan.session.map((step, index) => `  ${index + 1}. ${stepWords(step)}`);
  const more = `The questions come first, then the belt; laserbelt plan show ${plan.name} has the arithmetic.`;
  return [
    ...wrapText(`What will happen · ${printable(plan.title)}`, columns),
    ...steps.flatMap((line) => wrapText(line, columns, '', '     ')),
    ...wrapText(more, columns),
    '',
  ];
}
