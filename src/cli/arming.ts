// Who says yes, and how. `--yes` answers for simulated belts alone: a script can start a session but never be the person.
import type { BeltProfile } from '../belt/belt.ts';
import { formatDuration } from './render-session.ts';

export type ArmingWay =
  | { readonly kind: 'yes' }
  /** The belt's own button, for which it waits itself. */
  | { readonly kind: 'button'; readonly words: string }
  | { readonly kind: 'ask'; readonly question: string; isYes(answer: string): boolean }
  | { readonly kind: 'refuse'; readonly words: string };

export interface ArmingFacts {
  readonly profile: BeltProfile;
  readonly plannedDurationMs: number;
  readonly isYes: boolean;
  readonly isInputTerminal: boolean;
}

const NAME_DIGITS = 4;
const NAME_PREFIX = 'laserbelt-';
/** As the belt advertises itself: what a person types to arm a belt without a button. */
export const beltNameOf = ({ beltId }: Pick<BeltProfile, 'beltId'>): string =>
  `${NAME_PREFIX}${beltId.slice(0, NAME_DIGITS)}`;

const BUTTON_WORDS = 'Press the button on the belt within 30 s to arm it. Ctrl-C stops.';

export function chooseArming({ profile, plannedDurationMs, isYes, isInputTerminal }: ArmingFacts): ArmingWay {
  if (profile.simulated && isYes) return { kind: 'yes' };
  if (!profile.simulated && profile.hasButton) return { kind: 'button', words: BUTTON_WORDS };
  const countdown = `${Math.round(profile.countdownMs / 1000)} s`;
  if (!isInputTerminal) {
    const words = profile.simulated
      ? 'Not armed: there is no terminal to ask on. --yes arms a simulated belt.'
      : 'Not armed: there is no terminal to ask on, and this belt has no button of its own.';
    return { kind: 'refuse', words };
  }
  if (profile.simulated) {
    return {
      kind: 'ask',
      question: `Arm the simulated belt? Light comes ${countdown} later, for ${formatDuration(plannedDurationMs)}. [y/N] `,
      isYes: (answer) => /^y(es)?$/i.test(answer),
    };
  }
  const name = beltNameOf(profile);
  return {
    kind: 'ask',
    question: `Put on the protective eyewear. To arm the belt, type its name, ${name}; light comes ${countdown} later: `,
    isYes: (answer) => answer.toLowerCase() === name,
  };
}
