// What tests import as 'vitest' when mutants are judged in one process: the same `expect`, and only that part of
// describe/it that our tests use. Tests are collected while the bundle loads; runner.mjs runs them in an order of its own.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  chai,
  getState,
  setState,
} from '@vitest/expect';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';

if (globalThis.__laserbeltExpect === undefined) {
  chai.use(JestExtend);
  chai.use(JestChaiExpect);
  chai.use(JestAsymmetricMatchers);
  globalThis.__laserbeltExpect = Object.assign(
    (value, message) => chai.expect(value, message),
    chai.expect,
    globalThis[ASYMMETRIC_MATCHERS_OBJECT],
  );
  chai.util.addMethod(chai.Assertion.prototype, 'toMatchFileSnapshot', function (path) {
    chai.assert.equal(this._obj, readFileSync(join(globalThis.__laserbeltFile, '..', path), 'utf8'));
  });
  setState({ assertionCalls: 0 }, globalThis.__laserbeltExpect);
  globalThis.__laserbeltExpect.getState = () => getState(globalThis.__laserbeltExpect);
}
export const expect = globalThis.__laserbeltExpect;

let suite = { path: [], before: [], after: [] };

export function describe(name, body) {
  const outer = suite;
  suite = { path: [...outer.path, name], before: [...outer.before], after: [...outer.after] };
  body();
  suite = outer;
}
export const beforeEach = (hook) => void suite.before.push(hook);
export const afterEach = (hook) => void suite.after.unshift(hook);

function titleOf(title, row, index) {
  const values = Array.isArray(row) ? row : [row];
  const named = title.replace(/\$(\w+)/g, (whole, key) =>
    typeof row === 'object' && row !== null && key in row ? String(row[key]) : whole,
  );
  const count = (named.match(/%[sdifjoO]/g) ?? []).length;
  return count === 0 ? `${named} (${index})` : format(named, ...values.slice(0, count));
}

export function it(title, body) {
  const { before, after, path } = suite;
  const run = async () => {
    try {
      for (const hook of before) await hook();
      await body({ task: { name: title } });
    } finally {
      for (const hook of after) await hook();
    }
  };
  globalThis.__laserbeltTests.push({
    file: globalThis.__laserbeltFile,
    name: [...path, title].join(' '),
    run,
  });
}
it.each = (rows) => (title, body) =>
  rows.forEach((row, index) =>
    it(titleOf(title, row, index), () => (Array.isArray(row) ? body(...row) : body(row))),
  );
export const test = it;
