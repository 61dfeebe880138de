// Which questions a session needs, and what the answers to them mean (H24). Pure.
import { CONTRAINDICATIONS } from './contraindications.ts';
import type { Plan } from '../plan/plan.ts';
import { VISIBLE_MAX_NM } from './limits.ts';
import type { ScreeningForm, ScreeningQuestion } from './screening-question.ts';

export type Answer = 'yes' | 'no';
export type Answers = Readonly<Record<string, Answer>>;

/** A clinician who takes the responsibility for one answer. */
export interface Override {
  readonly by: string;
  /** ISO 8601. */
  readonly date: string;
}
export type Overrides = Readonly<Record<string, Override>>;

/** What of a plan decides which questions there are. */
export interface ScreeningFacts {
  readonly site: string;
  readonly pulsesVisibleLight: boolean;
}

export const screeningFactsOf = (plan: Pick<Plan, 'site' | 'session'>): ScreeningFacts => ({
  site: plan.site,
  pulsesVisibleLight: plan.session.some(
    (step) => step.kind === 'treat' && step.pulse !== undefined && !(step.wavelengthNm > VISIBLE_MAX_NM),
  ),
});

const isFor = (question: ScreeningQuestion, { site, pulsesVisibleLight }: ScreeningFacts): boolean =>
  (question.sites === undefined || question.sites.some((known) => known === site)) &&
  (question.isForVisiblePulses !== true || pulsesVisibleLight);

/** In the order in which they are asked. */
export const questionsFor = (form: ScreeningForm, facts: ScreeningFacts): readonly ScreeningQuestion[] =>
  CONTRAINDICATIONS.filter((question) => question.forms.includes(form) && isFor(question, facts));

export const questionOf = (id: string): ScreeningQuestion | undefined =>
  CONTRAINDICATIONS.find((question) => question.id === id);

/** One answer by itself. `advice` lets the light on. */
export type AnswerMeaning = 'safe' | 'overridden' | 'advice' | 'refused' | 'unanswered';

export function meaningOf(
  question: ScreeningQuestion,
  answer: Answer | undefined,
  override: Override | undefined,
): AnswerMeaning {
  // Not one of the two words: nobody has answered, whatever else it is.
  if (answer !== 'yes' && answer !== 'no') return 'unanswered';
  if (answer === question.safe) return 'safe';
  if (question.isAdvice === true) return 'advice';
  return question.isOverridable === true && override !== undefined ? 'overridden' : 'refused';
}

/** Nothing from a prototype. */
const ownOf = <T>(from: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(from, id) ? from[id] : undefined;

export interface Screening {
  readonly form: ScreeningForm;
  readonly facts: ScreeningFacts;
  readonly answers: Answers;
  readonly overrides: Overrides;
}

/** Somebody said something that outlasts the day: the full form is due again. */
export const hasLastingRefusal = ({
  answers,
  overrides,
}: Pick<Screening, 'answers' | 'overrides'>): boolean =>
  CONTRAINDICATIONS.some(
    (question) =>
      question.isMomentary !== true &&
      meaningOf(question, ownOf(answers, question.id), ownOf(overrides, question.id)) === 'refused',
  );

/** Whether a full form of another day still stands: all that lasts was answered, and nothing speaks against light. */
export function isFullFormStanding(
  facts: ScreeningFacts,
  given: Pick<Screening, 'answers' | 'overrides'>,
): boolean {
  const isOpen = ({ id, forms }: ScreeningQuestion): boolean =>
    !forms.includes('short') && ownOf(given.answers, id) === undefined;
  return !hasLastingRefusal(given) && !questionsFor('full', facts).some(isOpen);
}

export type ScreeningVerdict =
  | {
      readonly ok: true;
      readonly advice: readonly ScreeningQuestion[];
      readonly overridden: readonly ScreeningQuestion[];
    }
  | {
      readonly ok: false;
      readonly hazard: 'H24';
      readonly refused: readonly ScreeningQuestion[];
      readonly unanswered: readonly ScreeningQuestion[];
    };

/** Everything this session asks about must be answered, and every answer must let the light on. Never throws. */
export function judgeScreening({ form, facts, answers, overrides }: Screening): ScreeningVerdict {
  const meant: Record<AnswerMeaning, ScreeningQuestion[]> = {
    safe: [],
    overridden: [],
    advice: [],
    refused: [],
    unanswered: [],
  };
  for (const question of questionsFor(form, facts)) {
    meant[meaningOf(question, ownOf(answers, question.id), ownOf(overrides, question.id))].push(question);
  }
  const { advice, overridden, refused, unanswered } = meant;
  return refused.length === 0 && unanswered.length === 0
    ? { ok: true, advice, overridden }
    : { ok: false, hazard: 'H24', refused, unanswered };
}
