import { describe, expect, it } from 'vitest';
import { createDays } from './days.ts';
import { tagOf } from './intents.ts';

describe('a reservation of what is booked already', () => {
  it('is written again when the last entry is half a second old, so that the book tells until when there was light', () => {
    const days = createDays();
    days.begin({ ratio: 1 });
    const count = (): number => days.book().lines().length;
    const before = count();
    const reserve = (): void => {
      days.book().reserve(tagOf(1), 0, 1);
      // Any answer of the book comes after it.
      days.ask();
    };
    days.pass(499);
    reserve();
    expect(count()).toBe(before);
    days.pass(1);
    reserve();
    expect(count()).toBe(before + 1);
    expect(days.book().sessions().get(tagOf(1))?.lastMs).toBe(days.calendarMs());
    expect(days.events.some((event) => event.type === 'book.failed')).toBe(false);
  });
});
