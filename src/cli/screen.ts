// Screening (H24): before a belt is connected, the questions of the form that is due are answered, by the person on a
// terminal or in an answers file, and kept. `--yes` answers for simulated belts alone.
import type { WallClock } from '../clock.ts';
import { FULL_FORM_MAX_DAYS } from '../plan/answers.ts';
import { MS_PER_DAY } from '../plan/calendar.ts';
import type { Plan } from '../plan/plan.ts';
import {
  hasLastingRefusal,
  isFullFormStanding,
  judgeScreening,
  questionsFor,
  screeningFactsOf,
  type ScreeningFacts,
  type ScreeningVerdict,
} from '../safety/screening.ts';
import { keepScreening, readScreenings } from '../store/answers-file.ts';
import type { KeptScreening } from '../store/answers-format.ts';
import { wordsOfProblem } from './credentials.ts';
import type { Io } from './io.ts';
import { describeAdvice, describeOverride, describeRefusal } from './render-screening.ts';
import { askQuestions, type AskLine } from './screen-asking.ts';
import { readAnswersFile } from './screen-file.ts';
import { answersPlaceOf } from './screen-place.ts';

export interface ScreenRequest {
  readonly io: Io;
  readonly plan: Plan;
  readonly person: string;
  readonly isYes: boolean;
  /** `--yes` may answer: the belt is simulated, or not known yet and will be looked at again. */
  readonly mayAssume: boolean;
  /** Answers given for a simulated belt are kept apart: they count for no treatment. */
  readonly isSimulated: boolean;
  readonly answersFile: string | undefined;
  readonly wallClock: Pick<WallClock, 'nowMs'>;
  /** Before the first question on a terminal. */
  readonly onAsk?: () => void;
  /** Of a test. */
  readonly ask?: AskLine;
}

export type Screened =
  | { readonly ok: true; readonly form: 'full' | 'short' | 'assumed' }
  | { readonly ok: false; readonly hazard: 'H24'; readonly message: string }
  /** The person ended it: nothing was refused. */
  | { readonly ok: false; readonly hazard: null; readonly isStopped: true; readonly message: string };

const refuse = (message: string): Screened => ({ ok: false, hazard: 'H24', message });

/** Clocks of this machine yesterday and today. */
const FUTURE_MAX_MS = 5 * 60_000;

interface Asked {
  readonly request: Pick<ScreenRequest, 'plan'>;
  readonly facts: ScreeningFacts;
  readonly kept: readonly KeptScreening[];
  readonly nowMs: number;
}

interface Due extends Asked {
  readonly request: ScreenRequest;
}

/** A full form of this course, not too old, to whose questions nothing has been added; and nothing refused since. */
function isFullFormDone({ request, facts, kept, nowMs }: Asked): boolean {
  for (const screening of [...kept].reverse()) {
    if (hasLastingRefusal(screening)) return false;
    const { form, plan, site, atMs } = screening;
    if (form !== 'full' || plan !== request.plan.name || site !== request.plan.site) continue;
    const isOfNow = atMs <= nowMs + FUTURE_MAX_MS && nowMs - atMs <= FULL_FORM_MAX_DAYS * MS_PER_DAY;
    if (isOfNow && isFullFormStanding(facts, screening)) return true;
  }
  return false;
}

type Given = Pick<KeptScreening, 'atMs' | 'form' | 'source' | 'answers' | 'overrides'>;

/** Keeps what was answered, and says what it means. Undefined: the light is allowed. */
async function settle({ request, facts }: Due, given: Given): Promise<Screened | undefined> {
  const { io, plan, person, isSimulated } = request;
  const verdict = judgeScreening({ ...given, facts });
  const place = answersPlaceOf(io.env, isSimulated);
  const screening = { ...given, plan: plan.name, site: plan.site, isPassed: verdict.ok };
  const saved = await keepScreening(place, person, screening);
  if (!verdict.ok) return refuse(wordsOfVerdict(verdict));
  if (!saved.ok) return refuse(`The answers cannot be kept. ${wordsOfProblem(saved.problem)}`);
  for (const question of verdict.advice) io.err(`${describeAdvice(question)}\n`);
  for (const question of verdict.overridden)
    io.err(`${describeOverride(question, given.overrides[question.id]?.by ?? '')}\n`);
  return undefined;
}

const wordsOfVerdict = ({
  refused,
  unanswered,
}: Extract<ScreeningVerdict, { readonly ok: false }>): string =>
  refused.length > 0
    ? refused.map(describeRefusal).join('\n')
    : `Not every question was answered: ${unanswered.map(({ id }) => id).join(', ')}.`;

function unansweredWords({ request }: Due, form: 'full' | 'short'): string {
  const { plan, isSimulated } = request;
  const template = `laserbelt plan new --answers ${plan.name}${form === 'short' ? ' --short' : ''}`;
  const which = form === 'full' ? 'Before a course' : 'Before each session';
  const way = isSimulated ? '--yes answers for a simulated belt; ' : '';
  return `${which} questions must be answered, and there is no terminal to ask on. ${way}--answers <file> gives the answers of the person; ${template} prints one to fill in.`;
}

const AGAIN = 'To answer them, give the same command again.';
const MISTYPED = 'If you typed the wrong letter: the same command asks the questions again.';

async function askForm(due: Due, form: 'full' | 'short'): Promise<Screened> {
  const { io, isSimulated, ask } = due.request;
  if (!io.isInputTerminal) return refuse(unansweredWords(due, form));
  const { facts, nowMs } = due;
  due.request.onAsk?.();
  const asked = await askQuestions({ io, form, facts, isSimulated, ...(ask === undefined ? {} : { ask }) });
  if (asked.isStopped)
    return {
      ok: false,
      hazard: null,
      isStopped: true,
      message: 'You stopped before any light, during the questions. Nothing was kept.',
    };
  if (!asked.isComplete)
    return refuse(
      `The questions were not answered to the end, so there is no light. Nothing was kept. ${AGAIN}`,
    );
  const given = { atMs: nowMs, form, source: 'terminal', answers: asked.answers, overrides: {} } as const;
  const settled = (await settle(due, given)) ?? { ok: true, form };
  return settled.ok ? settled : { ...settled, message: `${settled.message} ${MISTYPED}` };
}

async function takeFile(due: Due, answersFile: string, needed: 'full' | 'short'): Promise<Screened> {
  const { facts, nowMs, request } = due;
  const read = readAnswersFile({ file: answersFile, facts, needed, person: request.person, nowMs });
  if (!read.ok) return refuse(read.message);
  const { form, isOfToday, atMs, answers, overrides } = read.value;
  const refused = await settle(due, { atMs, form, source: 'file', answers, overrides });
  if (refused !== undefined) return refused;
  if (isOfToday) return { ok: true, form };
  // What lasts is answered now; what can change from day to day is not.
  if (request.io.isInputTerminal) return askForm(due, 'short');
  const short = questionsFor('short', facts).map(({ id }) => id);
  return refuse(
    `The answers in ${answersFile} are older than a day. They are kept for this course; what can change from day to day must be answered today (${short.join(', ')}): laserbelt plan new --answers ${request.plan.name} --short prints a file for it.`,
  );
}

/** What would be asked, and how much. */
export interface ScreeningDue {
  readonly form: 'full' | 'short' | 'unreadable';
  readonly count: number;
}

/** For a dry run: asks nothing and keeps nothing. Never rejects. */
export async function screeningDue(
  request: Pick<ScreenRequest, 'io' | 'plan' | 'person' | 'isSimulated' | 'wallClock'>,
): Promise<ScreeningDue> {
  const { io, plan, person, isSimulated, wallClock } = request;
  const read = await readScreenings(answersPlaceOf(io.env, isSimulated), person);
  if (!read.ok) return { form: 'unreadable', count: 0 };
  const facts = screeningFactsOf(plan);
  const form = isFullFormDone({ request, facts, kept: read.value, nowMs: wallClock.nowMs() })
    ? 'short'
    : 'full';
  return { form, count: questionsFor(form, facts).length };
}

/** Bounded by the questions: each waits 5 min at most. Never rejects. */
export async function screen(request: ScreenRequest): Promise<Screened> {
  const { io, plan, person, isYes, mayAssume, isSimulated, answersFile, wallClock } = request;
  if (isYes && mayAssume && answersFile === undefined) return { ok: true, form: 'assumed' };
  const read = await readScreenings(answersPlaceOf(io.env, isSimulated), person);
  if (!read.ok) return refuse(wordsOfProblem(read.problem));
  const due: Due = { request, facts: screeningFactsOf(plan), kept: read.value, nowMs: wallClock.nowMs() };
  const needed = isFullFormDone(due) ? 'short' : 'full';
  return answersFile === undefined ? askForm(due, needed) : takeFile(due, answersFile, needed);
}
