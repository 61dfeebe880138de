// H24: which questions are asked for which session, and what each answer leads to.
import { describe, expect, it } from 'vitest';
import { BODY_SITES } from '../../src/plan/sites.ts';
import { CONTRAINDICATIONS, NOT_CONTRAINDICATED } from '../../src/safety/contraindications.ts';
import {
  judgeScreening,
  meaningOf,
  questionsFor,
  screeningFactsOf,
  type Answers,
  type ScreeningFacts,
} from '../../src/safety/screening.ts';
import { planOf, treat } from '../plan/belts.ts';

const LUMBAR: ScreeningFacts = { site: 'lumbar', pulsesVisibleLight: false };
const idsFor = (form: 'full' | 'short', facts: Partial<ScreeningFacts> = {}): string[] =>
  questionsFor(form, { ...LUMBAR, ...facts }).map(({ id }) => id);
const safeAnswers = (form: 'full' | 'short', facts = LUMBAR): Answers =>
  Object.fromEntries(questionsFor(form, facts).map(({ id, safe }) => [id, safe]));
const judge = (form: 'full' | 'short', changes: Record<string, unknown>, overrides = {}, facts = LUMBAR) =>
  judgeScreening({
    form,
    facts,
    // Answers from outside may be anything.
    answers: { ...safeAnswers(form, facts), ...changes } as Answers,
    overrides,
  });
const OVERRIDE = { by: 'Dr Who', date: '2026-01-01' };

describe('the screening questions', () => {
  it('each have an id of their own, a question of one line, a remedy and a source with its mark', () => {
    expect(new Set(CONTRAINDICATIONS.map(({ id }) => id)).size).toBe(CONTRAINDICATIONS.length);
    for (const { id, words, remedy, source, forms } of CONTRAINDICATIONS) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(words, id).toMatch(/^[^\n]{10,170}[?)]$/);
      expect(remedy.length, id).toBeGreaterThan(10);
      expect(source.length, id).toBeGreaterThan(5);
      expect(forms.length, id).toBeGreaterThan(0);
    }
  });

  it('hold every item of the checklist: what blocks, what is asked, and the red flags', () => {
    const ids = CONTRAINDICATIONS.filter(({ forms }) => forms.includes('full')).map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        // block
        ...['eyes-protected', 'malignancy', 'pregnancy', 'bleeding', 'thrombosis', 'thyroid', 'radiotherapy'],
        ...['photosensitivity', 'reduced-sensation', 'cannot-tell', 'photodynamic-drug'],
        // ask
        ...['epilepsy', 'photosensitising-drugs', 'steroid-injection', 'infection', 'growth-plates', 'heart'],
        ...['testes', 'dark-skin', 'other-illness', 'adverse-reaction'],
        // red flags
        ...['bladder-or-saddle', 'leg-weakness', 'fever', 'recent-trauma', 'cancer-history', 'weight-loss'],
        'night-pain',
      ]),
    );
  });

  it('say that a pacemaker and implants are no reason against light', () => {
    expect(NOT_CONTRAINDICATED.words).toMatch(/pacemaker.*implants/);
  });

  it('ask about what the site makes matter', () => {
    for (const site of ['lumbar', 'sacral', 'hip-left', 'hip-right']) {
      expect(idsFor('full', { site })).toContain('pregnancy');
      expect(idsFor('short', { site })).toContain('pregnancy');
    }
    expect(idsFor('full', { site: 'cervical' })).toContain('thyroid');
    expect(idsFor('full', { site: 'cervical' })).not.toContain('pregnancy');
    expect(idsFor('full')).not.toContain('thyroid');
    expect(idsFor('full', { site: 'knee-left' })).not.toContain('bladder-or-saddle');
    expect(idsFor('full', { site: 'shoulder-left' })).toContain('heart');
    expect(idsFor('full', { site: 'shoulder-right' })).not.toContain('heart');
  });

  it('ask about epilepsy when the plan pulses visible light, and only then', () => {
    const pulse = { frequencyHz: 1, dutyCycle: 0.5 };
    const facts = (wavelengthNm: number, pulsed: boolean): ScreeningFacts =>
      screeningFactsOf(planOf([treat({ wavelengthNm, pulse: pulsed ? pulse : undefined })]));
    expect(facts(650, true)).toEqual({ site: 'lumbar', pulsesVisibleLight: true });
    expect(facts(780, true).pulsesVisibleLight).toBe(true);
    expect(facts(808, true).pulsesVisibleLight).toBe(false);
    expect(facts(650, false).pulsesVisibleLight).toBe(false);
    // A wavelength that is no number is none that is known to be invisible.
    expect(facts(NaN, true).pulsesVisibleLight).toBe(true);
    expect(idsFor('full', { pulsesVisibleLight: true })).toContain('epilepsy');
    expect(idsFor('full')).not.toContain('epilepsy');
  });

  it('ask in the short form what can change from day to day, and nothing that lasts', () => {
    expect(idsFor('short').sort()).toEqual(
      [
        ...['adverse-reaction', 'eyes-protected', 'fever-or-infection', 'new-medicine', 'new-numbness'],
        ...['new-red-flags', 'pregnancy', 'skin-intact', 'warm-or-cold-area'],
      ].sort(),
    );
  });
});

describe('H24 screening', () => {
  it.each(BODY_SITES)('%s: light when every answer lets it on, both forms', (site) => {
    for (const pulsesVisibleLight of [false, true])
      for (const form of ['full', 'short'] as const) {
        const facts = { site, pulsesVisibleLight };
        const verdict = judgeScreening({ form, facts, answers: safeAnswers(form, facts), overrides: {} });
        expect(verdict).toEqual({ ok: true, advice: [], overridden: [] });
      }
  });

  const every = (['full', 'short'] as const).flatMap((form) =>
    questionsFor(form, { site: 'lumbar', pulsesVisibleLight: true }).map(
      (question) => [form, question.id, question] as const,
    ),
  );
  const facts = { site: 'lumbar', pulsesVisibleLight: true };
  it.each(every)('%s form: %s answered the other way refuses, or advises', (form, id, question) => {
    const unsafe = question.safe === 'no' ? 'yes' : 'no';
    const verdict = judge(form, { [id]: unsafe }, {}, facts);
    if (question.isAdvice === true) expect(verdict).toMatchObject({ ok: true, advice: [{ id }] });
    else expect(verdict).toMatchObject({ ok: false, hazard: 'H24', refused: [{ id }], unanswered: [] });
  });
  it.each(every)('%s form: %s unanswered refuses, whatever stands in its place', (form, id) => {
    for (const nothing of [undefined, null, '', 'NO', 'maybe', true, 0])
      expect(judge(form, { [id]: nothing }, { [id]: OVERRIDE }, facts)).toMatchObject({
        ok: false,
        refused: [],
        unanswered: [{ id }],
      });
  });
  it.each(every)(
    '%s form: %s is overridden by a clinician only where that is allowed',
    (form, id, question) => {
      const unsafe = question.safe === 'no' ? 'yes' : 'no';
      const verdict = judge(form, { [id]: unsafe }, { [id]: OVERRIDE }, facts);
      expect(verdict.ok).toBe(question.isAdvice === true || question.isOverridable === true);
      if (verdict.ok && question.isOverridable === true) expect(verdict.overridden).toMatchObject([{ id }]);
    },
  );

  it('never lets a block or a red flag be overridden, and overrides photosensitising drugs', () => {
    const overridable = CONTRAINDICATIONS.filter((question) => question.isOverridable === true);
    expect(overridable.map(({ kind }) => kind)).toEqual(overridable.map(() => 'ask'));
    expect(overridable.map(({ id }) => id)).toContain('photosensitising-drugs');
  });

  it('is not passed by one word for everything: neither all yes nor all no', () => {
    for (const form of ['full', 'short'] as const)
      for (const word of ['yes', 'no'] as const) {
        const answers = Object.fromEntries(questionsFor(form, LUMBAR).map(({ id }) => [id, word]));
        expect(judgeScreening({ form, facts: LUMBAR, answers, overrides: {} }).ok).toBe(false);
      }
  });

  it('takes no answer from the prototype of an object', () => {
    const answers = Object.create(safeAnswers('short')) as Answers;
    expect(judgeScreening({ form: 'short', facts: LUMBAR, answers, overrides: {} })).toMatchObject({
      ok: false,
    });
    const question = CONTRAINDICATIONS[0];
    expect(question && meaningOf(question, undefined, OVERRIDE)).toBe('unanswered');
  });
});
