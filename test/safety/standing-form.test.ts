// When the full form of another day still stands, and what of it brings the questions back.
import { describe, expect, it } from 'vitest';
import {
  hasLastingRefusal,
  isFullFormStanding,
  questionsFor,
  screeningFactsOf,
  type Answers,
  type ScreeningFacts,
} from '../../src/safety/screening.ts';
import { planOf, treat } from '../plan/belts.ts';

const LUMBAR: ScreeningFacts = { site: 'lumbar', pulsesVisibleLight: false };
const SAFE: Answers = Object.fromEntries(questionsFor('full', LUMBAR).map(({ id, safe }) => [id, safe]));
const OVERRIDE = { by: 'Dr Who', date: '2026-01-01' };
const refuses = (answers: Answers, overrides = {}): boolean => hasLastingRefusal({ answers, overrides });
const stands = (
  changes: Record<string, 'yes' | 'no' | undefined>,
  overrides = {},
  facts = LUMBAR,
): boolean => {
  const answers = Object.entries({ ...SAFE, ...changes }).filter(([, answer]) => answer !== undefined);
  return isFullFormStanding(facts, { answers: Object.fromEntries(answers) as Answers, overrides });
};

describe('a refusal that lasts', () => {
  it('is an answer that speaks against light for longer than hours', () => {
    expect(refuses({ malignancy: 'yes' })).toBe(true);
    expect(refuses({ pregnancy: 'yes' })).toBe(true);
    expect(refuses({ infection: 'yes' })).toBe(true);
  });

  it('is none that a person mends within hours, nor advice, nor what a clinician took upon themselves', () => {
    expect(refuses({})).toBe(false);
    expect(refuses({ 'warm-or-cold-area': 'yes', 'skin-intact': 'no', 'eyes-protected': 'no' })).toBe(false);
    expect(refuses({ 'dark-skin': 'yes' })).toBe(false);
    expect(refuses({ infection: 'yes' }, { infection: OVERRIDE })).toBe(false);
    expect(refuses({ malignancy: 'yes' }, { malignancy: OVERRIDE })).toBe(true);
  });
});

describe('a full form of another day', () => {
  it('stands when all that lasts was answered and nothing speaks against light', () => {
    expect(stands({})).toBe(true);
    expect(stands({ infection: 'yes' }, { infection: OVERRIDE })).toBe(true);
  });

  it('stands without what is asked each day anyway', () => {
    expect(stands({ 'eyes-protected': undefined, pregnancy: undefined, 'adverse-reaction': undefined })).toBe(
      true,
    );
  });

  it('falls with one lasting question open, one refusal, or another site that asks more', () => {
    expect(stands({ malignancy: undefined })).toBe(false);
    expect(stands({ malignancy: 'yes' })).toBe(false);
    expect(stands({}, {}, { ...LUMBAR, site: 'cervical' })).toBe(false);
    expect(stands({}, {}, { ...LUMBAR, pulsesVisibleLight: true })).toBe(false);
  });
});

describe('what of a plan decides the questions', () => {
  it('one step of visible pulses among others is enough', () => {
    const pulsed = treat({ wavelengthNm: 650, pulse: { frequencyHz: 100, dutyCycle: 0.5 } });
    expect(screeningFactsOf(planOf([treat({ wavelengthNm: 808 }), pulsed])).pulsesVisibleLight).toBe(true);
  });
});
