// A search that finds nothing proves nothing unless it would have found something.
import { describe, expect, it } from 'vitest';
import { SHORT_FORM } from './forms.ts';
import { MUTANTS } from './mutants.ts';
import { search } from './search.ts';

describe('a machine that', { timeout: 300_000 }, () => {
  it.each(MUTANTS.map(([logic, rule]) => [logic.name, logic, rule] as const))(
    '%s is found out',
    (_, logic, rule) => {
      const { violations } = search({ ...SHORT_FORM, logic, isFirstEnough: true });
      const [first] = violations;
      expect(first?.rule).toMatch(rule);
      expect(first?.trace.length).toBeGreaterThan(0);
    },
  );
});
