// A dropped promise is a dropped STOP: the linter must see them, in our own calls, in Node's and in noble's.
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './support/source-reader.ts';

const SEEDED = `import { writeFile } from 'node:fs/promises';
import type { Peripheral } from '@abandonware/noble';
async function ours(): Promise<void> {}
export function drop(peripheral: Peripheral): void {
  ours();
  writeFile('x', 'y');
  peripheral.disconnectAsync();
}
export const misuse = [1].forEach(async () => ours());
`;

describe('the linter', () => {
  let found: readonly { readonly ruleId: string | null; readonly line: number }[] = [];
  beforeAll(async () => {
    const eslint = new ESLint({ cwd: root });
    // The text stands in for a file of the project, so that it is judged with the project's types.
    const [result] = await eslint.lintText(SEEDED, { filePath: join(root, 'src/transport/noble-types.ts') });
    found = result?.messages ?? [];
  }, 60_000);

  it.each([
    ['our own function', 5, '@typescript-eslint/no-floating-promises'],
    ['a function of Node', 6, '@typescript-eslint/no-floating-promises'],
    ['a method of noble', 7, '@typescript-eslint/no-floating-promises'],
    ['an async callback that nobody awaits', 9, '@typescript-eslint/no-misused-promises'],
  ])('finds a promise dropped by %s', (_what, line, ruleId) => {
    expect(found).toContainEqual(expect.objectContaining({ line, ruleId }));
  });
});
