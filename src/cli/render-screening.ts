// The screening questions and what follows from the answers, in words for whoever wears the belt. Pure.
import type { ScreeningForm, ScreeningQuestion } from '../safety/screening-question.ts';
import { NOT_CONTRAINDICATED } from '../safety/contraindications.ts';
import { wrapText } from './wrap.ts';

const INTRO: Readonly<Record<ScreeningForm, (count: number) => string>> = {
  full: (count) =>
    `Before the course: ${count} questions about whoever wears the belt, to be answered by them. Some things speak against light, or need a doctor first.`,
  short: (count) => `Before the light: ${count} questions about today, for whoever wears the belt.`,
};

/** @param isSimulated then nobody has to answer: the way out is told */
export function renderIntro(
  form: ScreeningForm,
  count: number,
  isSimulated: boolean,
  columns: number,
): readonly string[] {
  return [
    ...wrapText(INTRO[form](count), columns),
    ...(form === 'full' ? wrapText(NOT_CONTRAINDICATED.words, columns) : []),
    ...wrapText(
      `y or n, and Enter. Ctrl-C: no light, and nothing is kept.${isSimulated ? ' (For a simulated belt, --yes answers for you.)' : ''}`,
      columns,
    ),
    '',
  ];
}

/** The answer, and the cursor after it, stand on the question's own line. */
const ANSWER_COLUMNS = ' yes '.length;

/** After a row of noes a yes is easily missed: who answers by habit is told. */
const MARKS: Readonly<Record<ScreeningQuestion['safe'], string>> = {
  no: '[y/n]',
  yes: '[y/n; mind: here yes lets the light on]',
};

/** One question, the place where the answer is typed at its end. */
export const renderQuestion = (
  { words, safe }: ScreeningQuestion,
  index: number,
  count: number,
  columns: number,
): string => {
  const number = `${String(index + 1).padStart(String(count).length)}/${count} `;
  return (
    wrapText(`${words} ${MARKS[safe]}`, columns - ANSWER_COLUMNS, number, ' '.repeat(number.length)).join(
      '\n',
    ) + ' '
  );
};

const VERDICTS: Readonly<Record<ScreeningQuestion['kind'], string>> = {
  block: 'This speaks against light',
  ask: 'This speaks against light until somebody who knows has looked at it',
  redFlag: 'This needs a doctor, not light',
};

/** Which answer it was, and what to do: two sentences. */
export const describeRefusal = (question: ScreeningQuestion): string =>
  `${VERDICTS[question.kind]} (“${question.words}” ${question.safe === 'no' ? 'yes' : 'no'}). ${question.remedy}`;

/** Advice goes with the light; what was overridden is said, with whose word it was. */
export const describeAdvice = (question: ScreeningQuestion): string =>
  `Note (“${question.words}” ${question.safe === 'no' ? 'yes' : 'no'}): ${question.remedy}`;
export const describeOverride = (question: ScreeningQuestion, by: string): string =>
  `Note (“${question.words}” ${question.safe === 'no' ? 'yes' : 'no'}): allowed by ${by}.`;
