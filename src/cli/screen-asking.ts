// Asks the screening questions on a terminal, one by one. What is not answered stays open: Ctrl-C, end of input, silence
// and a terminal that is gone are no answers.
import { meaningOf, questionsFor, type Answer, type ScreeningFacts } from '../safety/screening.ts';
import type { ScreeningForm } from '../safety/screening-question.ts';
import type { Io } from './io.ts';
import { askLine } from './question.ts';
import { renderIntro, renderQuestion } from './render-screening.ts';

/** Asked again when the line was neither yes nor no. */
const ATTEMPT_MAX_COUNT = 3;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type AskLine = (io: Io, question: string, calledOff: AbortSignal) => Promise<string | undefined>;

export interface Asking {
  readonly io: Io;
  readonly form: ScreeningForm;
  readonly facts: ScreeningFacts;
  readonly isSimulated: boolean;
  /** Of a test. */
  readonly ask?: AskLine;
}

export interface Asked {
  readonly answers: Readonly<Record<string, Answer>>;
  /** Answered to the end, or to the first answer that refuses. */
  readonly isComplete: boolean;
  /** Called off with Ctrl-C, or by whoever ends processes. */
  readonly isStopped: boolean;
}

const answerOf = (line: string): Answer | undefined => {
  if (/^y(es)?$/i.test(line)) return 'yes';
  return /^no?$/i.test(line) ? 'no' : undefined;
};

/** Until the returned function is called, a signal calls the questions off and does nothing else. */
function callOffOnSignal(calledOff: AbortController): () => void {
  const callOff = (): void => calledOff.abort();
  for (const signal of SIGNALS) process.on(signal, callOff);
  return () => {
    for (const signal of SIGNALS) process.off(signal, callOff);
  };
}

async function askOne(asking: Asking, question: string, calledOff: AbortSignal): Promise<Answer | undefined> {
  const { io, ask = askLine } = asking;
  for (let attempt = 0; attempt < ATTEMPT_MAX_COUNT; attempt++) {
    const line = await ask(io, question, calledOff);
    if (line === undefined) return undefined;
    const answer = answerOf(line);
    if (answer !== undefined) return answer;
    if (attempt < ATTEMPT_MAX_COUNT - 1) io.err('Please answer y for yes or n for no.\n');
  }
  return undefined;
}

export async function askQuestions(asking: Asking): Promise<Asked> {
  const { io, form, facts, isSimulated } = asking;
  const questions = questionsFor(form, facts);
  io.err(renderIntro(form, questions.length, isSimulated, io.columns()).join('\n') + '\n');
  const answers: Record<string, Answer> = {};
  const calledOff = new AbortController();
  const restoreSignals = callOffOnSignal(calledOff);
  try {
    for (const [index, question] of questions.entries()) {
      const words = renderQuestion(question, index, questions.length, io.columns());
      const answer = await askOne(asking, words, calledOff.signal);
      if (answer === undefined || calledOff.signal.aborted)
        return { answers, isComplete: false, isStopped: calledOff.signal.aborted };
      answers[question.id] = answer;
      // The rest would change nothing any more.
      if (meaningOf(question, answer, undefined) === 'refused') break;
    }
    return { answers, isComplete: true, isStopped: false };
  } finally {
    restoreSignals();
  }
}
