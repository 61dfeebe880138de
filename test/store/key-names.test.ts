// What a belt may be called: a name becomes part of a path and stands where an address stands.
import { describe, expect, it } from 'vitest';
import { keyFilePath, nameOfKeyFile, problemOfKeyName } from '../../src/store/key-names.ts';

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

  it('a file has the name of its belt, and other files have none', () => {
    expect(nameOfKeyFile(keyFilePath('.', 'kitchen'))).toBe('kitchen');
    for (const other of ['controller.id', 'belt-.key', 'belt-Kitchen.key', 'belt-sim.key', 'belt-a.key.new'])
      expect(nameOfKeyFile(other)).toBeUndefined();
  });
});
