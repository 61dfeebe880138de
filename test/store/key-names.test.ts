import { describe, expect, it } from 'vitest';
import { problemOfKeyName } from '../../src/store/key-names.ts';

describe('names of belts', () => {
  it.each(['kitchen', 'a', '7', 'left_knee-2', 'x'.repeat(32)])('%s is one', (name) => {
    expect(problemOfKeyName(name)).toBeUndefined();
  });
  it.each([
    '',
    'sim',
    'ble',
    'socket',
    'Kitchen',
    '-x',
    'a b',
    'a/b',
    '../x',
    'a.b',
    'x'.repeat(33),
    'ä',
    'a:b',
  ])('%j is none', (name) => {
    expect(problemOfKeyName(name)).toBeTypeOf('string');
  });
});
