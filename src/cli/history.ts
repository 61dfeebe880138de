// `history`: what the dose book has, newest first; and everything of one session.
import { readHistory } from '../ledger/history.ts';
import type { History, HistoryVisit } from '../ledger/history.ts';
import { personKey } from '../ledger/visit.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { chooseBook } from './book-choice.ts';
import type { BookOptions, ChosenBook } from './book-choice.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { noteWords, renderHistory, renderVisit } from './render-history.ts';
import { stampNow } from './stamp.ts';
import { createPaint, isColourWanted } from './style.ts';
import type { Paint } from './style.ts';
import { didYouMean } from './suggest.ts';
import { outputColumns, wrapText } from './wrap.ts';

export interface HistoryOptions extends BookOptions {
  readonly person?: string;
  readonly site?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

const paintFor = (io: Io, options: HistoryOptions): Paint =>
  createPaint(isColourWanted({ isTerminal: io.isOutputTerminal, env: io.env, isRefused: !options.color }));

/** Where the book says one thing and is asked for another, what it has instead. */
function tellNobody(history: History, options: HistoryOptions, book: ChosenBook, io: Io): void {
  const { person, site } = options;
  const filters = [
    ...(person === undefined ? [] : [`of ${person}`]),
    ...(site === undefined ? [] : [`on ${site}`]),
  ].join(' ');
  if (history.visits.length > 0 && filters !== '') {
    const people = [...new Set(history.visits.map((visit) => visit.person))];
    const sites = [...new Set(history.visits.map((visit) => visit.site))];
    const meant = [
      ...(person === undefined ? [] : [didYouMean(person, people)]),
      ...(site === undefined ? [] : [didYouMean(site, sites)]),
    ];
    io.out(`No session ${filters} in ${book.words}${meant.join('')}.\n`);
    io.err(`  It has people ${people.join(', ')}; sites ${sites.join(', ')}.\n`);
    return;
  }
  io.out(`No sessions yet in ${book.words}.\n`);
  if (book.kind === 'real')
    io.err(
      '  Simulated belts have books of their own: --simulated for served ones, --sim for start --sim.\n',
    );
}

function tellDamage(history: History, isJson: boolean, book: ChosenBook, io: Io): ExitCode {
  if (history.problem === undefined) return EXIT_CODE.completed;
  if (isJson) {
    const record = { event: 'history.problem', ...stampNow(), file: book.file, message: history.problem };
    io.out(`${JSON.stringify(record)}\n`);
  }
  io.err(
    `laserbelt: ${history.problem}\n  What stands behind that place is not shown; laserbelt ledger verify names every line.\n`,
  );
  return EXIT_CODE.refused;
}

const visitRecord = (visit: HistoryVisit): Readonly<Record<string, unknown>> => {
  const { at, ...others } = visit;
  return { event: 'history.visit', ...stampNow(), beganAt: at, ...others };
};

/** 6 when the book is damaged: what could be read is told all the same. */
export async function historyList(options: HistoryOptions, io: Io): Promise<ExitCode> {
  const book = chooseBook(options, io.env);
  const history = await readHistory(book.file);
  const { person, site } = options;
  const visits = history.visits.filter(
    (visit) =>
      (person === undefined || personKey(visit.person) === personKey(person)) &&
      (site === undefined || visit.site === site),
  );
  if (options.json === true) {
    for (const visit of visits) io.out(`${JSON.stringify(visitRecord(visit))}\n`);
    for (const { at, ...note } of history.notes)
      io.out(`${JSON.stringify({ event: 'history.note', ...stampNow(), notedAt: at, ...note })}\n`);
    return tellDamage(history, true, book, io);
  }
  const columns = outputColumns(io);
  const paint = paintFor(io, options);
  if (visits.length > 0) io.out(`${renderHistory(visits, columns, paint).join('\n')}\n`);
  else if (history.problem === undefined) tellNobody(history, options, book, io);
  for (const note of history.notes) io.out(`${wrapText(noteWords(note), columns, '', '  ').join('\n')}\n`);
  return tellDamage(history, false, book, io);
}

/** A visit by the beginning of its id, or of that of one of its belt sessions. Throws a usage error. */
function findVisit(visits: readonly HistoryVisit[], id: string): HistoryVisit {
  const wanted = id.toLowerCase();
  if (wanted === 'last' && visits[0] !== undefined) return visits[0];
  const found = visits.filter(
    (visit) =>
      wanted !== '' &&
      (visit.visit.startsWith(wanted) || visit.sessions.some(({ session }) => session.startsWith(wanted))),
  );
  const [first, second] = found;
  if (first === undefined)
    throw usageError(
      `no session ‘${id}’ in the dose book`,
      'laserbelt history list shows their ids; `last` is the newest.',
    );
  if (second !== undefined)
    throw usageError(
      `${found.length} sessions begin with ‘${id}’`,
      `They are ${found.map((visit) => visit.visit).join(', ')}.`,
    );
  return first;
}

export async function historyShow(id: string, options: HistoryOptions, io: Io): Promise<ExitCode> {
  const book = chooseBook(options, io.env);
  const history = await readHistory(book.file);
  const exitCode = tellDamage(history, options.json === true, book, io);
  const visit = findVisit(history.visits, id);
  if (options.json === true) io.out(`${JSON.stringify(visitRecord(visit))}\n`);
  else io.out(`${renderVisit(visit, outputColumns(io), paintFor(io, options)).join('\n')}\n`);
  return exitCode;
}
