// An answers file to fill in: every question that a plan asks, with no answer in it, so that nobody passes by chance.
import {
  ANSWERS_FORMAT_VERSION,
  ANSWERS_VERSION_KEY,
  FULL_FORM_MAX_DAYS,
  type AnswerableQuestion,
} from './answers.ts';

export interface AnswersTemplate {
  readonly planName: string;
  readonly form: 'full' | 'short';
  readonly person: string;
  /** Of this form, in their order. */
  readonly questions: readonly AnswerableQuestion[];
  /** Told before the questions; undefined where there is nothing to tell. */
  readonly note: string | undefined;
}

const WHEN = {
  full: `before a course; it holds for ${FULL_FORM_MAX_DAYS} days`,
  short: 'before each session; it holds for 1 day',
} as const;

/** Quoted where YAML would read something else into it. */
const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9 _.-]*$/.test(text) ? text : JSON.stringify(text);

/** YAML text. As it is, `start` refuses it and names every line that is not answered. */
export function answersTemplate({ planName, form, person, questions, note }: AnswersTemplate): string {
  const overridable = questions.filter((question) => question.isOverridable === true);
  const example = overridable[0]?.id ?? '';
  const lines = [
    `# Screening questions for ${planName}, the ${form} form: ${WHEN[form]}.`,
    '# Whoever wears the belt answers each one with yes or no. For scripts: laserbelt start … --answers <this file>',
    ...(note === undefined ? [] : [`# ${note}`]),
    `${ANSWERS_VERSION_KEY}: ${ANSWERS_FORMAT_VERSION}`,
    `person: ${scalar(person)}`,
    'date: # the day of the answers, such as 2026-03-01',
    'answers:',
    ...questions.flatMap(({ id, words }) => [`  # ${words}`, `  ${id}:`]),
    ...(overridable.length === 0
      ? []
      : [
          `# A clinician may allow the light all the same, by name, for ${overridable.map(({ id }) => id).join(', ')}:`,
          '# override:',
          `#   ${example}: { by: Dr Name, date: 2026-03-01 }`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
