import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { referenceProfile } from './belts.ts';
import { readCorpus, readCorpusFile } from './corpus-reader.ts';
import { toldOf } from './told.ts';

const corpus = readCorpus();

describe('the corpus of wrong plans', () => {
  it('changes plans that are right', () => {
    for (const name of ['right.yaml', 'course.yaml']) {
      const loaded = loadPlan(readCorpusFile(name), name);
      expect(loaded.ok && resolveVisit(loaded.plan, referenceProfile).ok).toBe(true);
    }
  });

  it('has at least 150 of them, each once, each with what a person is told', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(150);
    expect(new Set(corpus.map(({ text }) => text)).size).toBe(corpus.length);
    for (const { title, says } of corpus) expect([title, says.length]).not.toEqual([title, 0]);
  });

  it.each(corpus)('$title', ({ text, kind, says }) => {
    expect(toldOf(text, kind === 'belt' ? referenceProfile : undefined)).toEqual(says);
  });

  it('what only a belt can refuse is a plan that loads', () => {
    for (const { text, kind } of corpus) if (kind === 'belt') expect(loadPlan(text, 'p').ok).toBe(true);
  });
});
