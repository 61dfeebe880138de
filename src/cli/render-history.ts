// What was given to whom, in words and tables. Certainty is said in words: a dose that nobody saw end is "at most". Pure.
import type { BookedZone } from '../ledger/dose-book.ts';
import type { HistoryNote, HistoryVisit } from '../ledger/history.ts';
import { personKey } from '../ledger/visit.ts';
import { roundedUp } from './figures.ts';
import { formatDuration, hazardWords } from './render-session.ts';
import type { Paint, StyleName } from './style.ts';
import { printable } from './style.ts';
import { renderFacts, renderWideTable, wrapText } from './wrap.ts';
import type { Fact } from './wrap.ts';

const OUTCOME_STYLE: Readonly<Record<HistoryVisit['outcome'], StyleName>> = {
  completed: 'green',
  stopped: 'yellow',
  refused: 'yellow',
  unfinished: 'red',
  cutoff: 'red',
  lockout: 'red',
  failed: 'red',
};

const COUNTED_WORDS: Readonly<Record<HistoryVisit['counted'], string>> = {
  completed: 'counts as a session',
  partial: 'counts as a session, with what was delivered',
  no: 'does not count: nothing, or too little, was delivered',
};

/** `2026-03-01 08:30` in the time zone of whoever reads; the file says UTC. */
export function localTime(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return printable(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const courseCell = ({ course }: HistoryVisit): string =>
  course === null ? '–' : `${course.number ?? '–'} of ${course.of}`;

/** The zone that received most; `≤` where nobody saw the end of it. */
function doseCell({ zones }: HistoryVisit): string {
  const [first, ...others] = zones;
  if (first === undefined) return '–';
  const most = others.reduce(
    (best, zone) => (zone.deliveredUpperJPerCm2 > best.deliveredUpperJPerCm2 ? zone : best),
    first,
  );
  return most.certainty === 'certain'
    ? `${most.deliveredJPerCm2.toFixed(2)} J/cm²`
    : `≤ ${roundedUp(most.deliveredUpperJPerCm2, 2)} J/cm²`;
}

const HEADING = ['when', 'plan', 'session', 'outcome', 'most of a zone', 'id'];
const SHORT_ID_CHARS = 8;

/** One line a visit, newest first, under a heading for each site (and person, when there are several). */
export function renderHistory(
  visits: readonly HistoryVisit[],
  columns: number,
  paint: Paint,
): readonly string[] {
  // As the book counts: one person, however the name was typed; by its newest form.
  const people = new Map<string, string>();
  for (const { person } of visits) people.set(personKey(person), people.get(personKey(person)) ?? person);
  const groups = new Map<string, HistoryVisit[]>();
  for (const visit of visits) {
    const person = people.get(personKey(visit.person)) ?? visit.person;
    const name = people.size > 1 ? `${visit.site}, ${person}` : visit.site;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [visit]);
    else group.push(visit);
  }
  return [...groups].flatMap(([name, group], at) => [
    ...(at === 0 ? [] : ['']),
    paint('bold', printable(name)),
    ...renderWideTable(
      HEADING,
      group.map((visit) => [
        localTime(visit.at),
        printable(visit.plan),
        courseCell(visit),
        visit.outcome,
        doseCell(visit),
        visit.visit.slice(0, SHORT_ID_CHARS),
      ]),
      columns,
    ),
  ]);
}

const certaintyWords = (zone: BookedZone): string => (zone.certainty === 'certain' ? 'measured' : 'at most');

const zoneRow = (zone: BookedZone): readonly string[] => [
  zone.zone,
  `${zone.wavelengthNm} nm`,
  `${zone.prescribedJPerCm2.toFixed(2)} J/cm²`,
  `${zone.deliveredJPerCm2.toFixed(3)} J/cm²`,
  `${roundedUp(zone.deliveredUpperJPerCm2, 3)} J/cm²`,
  certaintyWords(zone),
];

const CARE_OUTCOME: Readonly<Record<'done' | 'assumed' | 'skipped' | 'cutShort', string>> = {
  done: 'done',
  assumed: 'assumed (--yes)',
  skipped: 'skipped',
  cutShort: 'cut short',
};

const SCREENING_WORDS: Readonly<Record<'full' | 'short' | 'assumed', string>> = {
  full: 'all questions answered',
  short: 'the short form answered',
  assumed: 'assumed, for a simulated belt',
};

function visitFacts(visit: HistoryVisit): readonly Fact[] {
  const { course, hazard, screening, sessions, planDigest } = visit;
  const place =
    course === null
      ? 'no course'
      : course.number === null
        ? `of ${course.of}, not counted`
        : `${course.number} of ${course.of}`;
  return [
    ['when', localTime(visit.at)],
    ['person', printable(visit.person)],
    ['site', printable(visit.site)],
    [
      'plan',
      `${printable(visit.plan)}${planDigest === '' ? '' : `, text ${printable(planDigest.slice(0, 12))}…`}`,
    ],
    ['session', `${place}; ${COUNTED_WORDS[visit.counted]}`],
    [
      'outcome',
      `${visit.outcome}${hazard === null ? '' : ` (${hazardWords(hazard)})`}, ${formatDuration(visit.durationMs)}`,
    ],
    ['screening', screening === null ? 'not recorded' : SCREENING_WORDS[screening]],
    ['belt', [...new Set(sessions.map((session) => printable(session.beltId)))].join(', ')],
  ];
}

/** Everything of one visit. */
export function renderVisit(visit: HistoryVisit, columns: number, paint: Paint): readonly string[] {
  const isUncertain = visit.zones.some((zone) => zone.certainty === 'upperBound');
  const care = visit.care.flatMap(({ measure, outcome, durationMs, at }) =>
    wrapText(
      `${localTime(at)}  ${printable(measure)}: ${CARE_OUTCOME[outcome]}${durationMs > 0 ? `, ${formatDuration(durationMs)}` : ''}`,
      columns,
      '',
      '  ',
    ),
  );
  const blocks = visit.sessions.flatMap((session) =>
    wrapText(
      `${localTime(session.at)}  ${session.outcome}, ${formatDuration(session.durationMs)}` +
        `${session.emissionOff === 'unconfirmed' ? ', light off NOT CONFIRMED' : ''}  (${session.session})`,
      columns,
      '',
      '  ',
    ),
  );
  return [
    paint('bold', `Session ${visit.visit}: `) + paint(OUTCOME_STYLE[visit.outcome], visit.outcome),
    ...renderFacts(visitFacts(visit), columns),
    '',
    ...renderWideTable(
      ['zone', 'light', 'prescribed', 'delivered', 'booked', 'certainty'],
      visit.zones.map(zoneRow),
      columns,
    ),
    ...(isUncertain
      ? wrapText(
          '“at most”: nobody saw how this light ended. The limits count the booked figure until the belt’s own record replaces it.',
          columns,
        )
      : []),
    ...(visit.sessions.length > 1 ? ['', paint('bold', 'Light'), ...blocks] : []),
    ...(care.length > 0 ? ['', paint('bold', 'Care'), ...care] : []),
  ];
}

export function noteWords({ at, expected, found, moved }: HistoryNote): string {
  const how =
    moved === 'back'
      ? 'nothing shows how much time had passed, and waiting times begin anew'
      : 'waiting times go by what had passed in truth';
  return `${localTime(at)}: the clock of this computer was moved. It should have said ${localTime(expected)} at least, and said ${localTime(found)}; ${how}.`;
}
