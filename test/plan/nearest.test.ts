import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../src/plan/nearest.ts';

describe('did you mean', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['', 'abc', 3],
    ['title', 'titel', 1],
    ['dose', 'does', 1],
    ['irradience', 'irradiance', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%j and %j are %d apart', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });

  it.each([
    ['stat', 'start'],
    ['statsu', 'status'],
    ['STOP', 'stop'],
    ['low-back-spams', 'low-back-spasm'],
    ['lowbackspasm', 'low-back-spasm'],
  ])('%s: %s', (word, meant) => {
    expect(nearestName(word, ['start', 'stop', 'status', 'low-back-spasm'])).toBe(meant);
  });

  it('names nothing that is far from all, nor compares what is too long', () => {
    expect(nearestName('colour', ['title', 'name'])).toBeUndefined();
    expect(nearestName('', ['title'])).toBeUndefined();
    expect(nearestName('title'.repeat(50), ['title'.repeat(50)])).toBeUndefined();
  });
});
