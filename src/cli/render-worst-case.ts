// The most that each zone can receive, whatever happens: as a table, and where a limit is exceeded, how. Pure.
import type { Exceeded, LimitName } from '../plan/worst-case-limits.ts';
import type { WorstCaseFacts } from '../plan/worst-case-facts.ts';
import type { WorstCaseFound, WorstCaseLine } from '../plan/worst-case.ts';
import { plainNumber, roundedUp } from './figures.ts';
import { exceededLines, stepLines } from './worst-case-words.ts';
import { formatDuration } from './render-session.ts';
import { renderWideTable, wrapText } from './wrap.ts';

const LIMIT_WORDS: Readonly<Record<LimitName, string>> = {
  sessionDose: 'the plan’s limit `sessionDose`',
  beltDose: 'the belt’s limit for a zone and session',
  pointDose: 'the cap for a point and session',
  dayDose: 'the cap for a point in 24 h',
  sessionEnergy: 'the cap for a session’s energy',
  duration: 'the plan’s limit `duration`',
};

const amountWords = (limit: LimitName, amount: number): string => {
  switch (limit) {
    case 'sessionEnergy':
      return `${amount.toFixed(1)} J`;
    case 'duration':
      return formatDuration(amount * 1000);
    default:
      return `${roundedUp(amount, 2)} J/cm²`;
  }
};

/** `L1 can receive 4.40 J/cm²: more than the plan’s limit `sessionDose` (4.00 J/cm²)`. */
export const exceededWords = ({ limit, zone, amount, limitValue }: Exceeded): string =>
  `${zone ?? 'the site'} can ${limit === 'duration' ? 'be under light for' : 'receive'} ` +
  `${amountWords(limit, amount)}: more than ${LIMIT_WORDS[limit]} (${amountWords(limit, limitValue)})`;

/** Each zone, and each wavelength where a zone has several. */
export function worstLines(worst: WorstCaseFound): readonly WorstCaseLine[] {
  const zones = [...worst.zones].sort((left, right) => left.zone.localeCompare(right.zone));
  return zones.flatMap((zone) => {
    const lines = worst.lines.filter((line) => line.zone === zone.zone);
    return lines.length > 1 ? [...lines, zone] : lines;
  });
}

const jPerCm2 = (value: number): string => `${value.toFixed(2)} J/cm²`;
const atMostJPerCm2 = (value: number): string => `${roundedUp(value, 2)} J/cm²`;

export function renderWorstCase(
  worst: WorstCaseFound,
  { limits, measurementUncertainty }: WorstCaseFacts,
  columns: number,
): readonly string[] {
  const sessionLimit = Math.min(limits.sessionDoseJPerCm2, limits.beltDoseJPerCm2, limits.pointDoseJPerCm2);
  const rows = worstLines(worst).map((line) => [
    line.zone,
    line.wavelengthNm === undefined ? 'all' : `${line.wavelengthNm} nm`,
    jPerCm2(line.plannedJPerCm2),
    atMostJPerCm2(line.visit.atMost),
    atMostJPerCm2(line.day.atMost),
  ]);
  return [
    ...wrapText(
      'The most that can reach the skin, over every order of pause, resume, lost link, crash, restart and repeated ' +
        `session that belt and dose book allow, with the ${plainNumber(measurementUncertainty * 100)} % by which the belt’s ` +
        `measurement may be wrong. Limits, as the belt measures: ${jPerCm2(sessionLimit)} a session, ` +
        `${jPerCm2(limits.dayDoseJPerCm2)} in 24 h.`,
      columns,
    ),
    ...renderWideTable(['zone', 'light', 'planned', 'one session', '24 hours'], rows, columns),
    ...renderWay(worst, columns),
    ...worst.exceeded.flatMap((found) => [
      ...wrapText(`${exceededWords(found)}; light beyond it gives no more dose:`, columns),
      ...exceededLines(found).flatMap((line) => wrapText(line, columns, '', '   ')),
    ]),
  ];
}

/** How the most in 24 h comes about, for the zone that can receive most. */
function renderWay(worst: WorstCaseFound, columns: number): readonly string[] {
  const most = highestWorst(worst);
  if (most === undefined) return [];
  return [
    ...wrapText(
      `How ${most.zone} can receive so much in 24 h, as the belt measures it, in the fewest events:`,
      columns,
    ),
    ...stepLines(most.day.steps, 'J/cm²').flatMap((line) => wrapText(line, columns, '', '   ')),
  ];
}

/** Of the zone that can receive most, for one line. */
export const highestWorst = (worst: WorstCaseFound): WorstCaseLine | undefined =>
  worst.zones.reduce<WorstCaseLine | undefined>(
    (most, zone) => (most === undefined || zone.day.atMost > most.day.atMost ? zone : most),
    undefined,
  );
