// The form of a screening question, and what several of them share. Marks: [lit] read in the source named,
// [known] to be verified before it becomes a claim, [eng] a choice of this project.
import type { BodySite } from '../plan/sites.ts';

/**
 * `block`: no light, and nobody overrides it here. `ask`: no light unless a clinician has said so by name, where
 * `isOverridable`, or `isAdvice`: light, with advice. `redFlag`: no light, see a doctor.
 */
export type QuestionKind = 'block' | 'ask' | 'redFlag';
export type ScreeningForm = 'full' | 'short';

export interface ScreeningQuestion {
  readonly id: string;
  readonly kind: QuestionKind;
  /** Can be answered by yes or no, by whoever wears the belt. */
  readonly words: string;
  /** The answer that lets the light on. */
  readonly safe: 'yes' | 'no';
  /** full: before a course; short: before each session, what can change from day to day. */
  readonly forms: readonly ScreeningForm[];
  /** Asked only for these sites; undefined: for all. */
  readonly sites?: readonly BodySite[];
  /** Asked only when the plan pulses visible light. */
  readonly isForVisiblePulses?: boolean;
  readonly isOverridable?: boolean;
  readonly isAdvice?: boolean;
  /** Mended within hours by the person: what was answered to the lasting questions then still counts. */
  readonly isMomentary?: boolean;
  /** What to do when the other answer was given. */
  readonly remedy: string;
  readonly source: string;
}

export const SPINE_AND_HIPS: readonly BodySite[] = [
  'cervical',
  'thoracic',
  'lumbar',
  'sacral',
  'hip-left',
  'hip-right',
];

export const ENDOLASER =
  'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]';
export const ENDOLASER_CAUTION = `cautions of the same lists: ${ENDOLASER}`;
export const RED_FLAG = 'red flags of back pain, general practice [known]';

export const SEE_DOCTOR = 'No light today: have a doctor look at this first.';
export const AT_ONCE =
  'This can be an emergency. Have a doctor look at it today; at night, call the emergency number.';
export const CLINICIAN =
  'Ask your doctor or therapist first; if they agree, they can say so in an answers file.';
