// The README is part of the product: what it promises in tables and lines is kept equal to the code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planShow } from '../src/cli/plan-show.ts';
import { loadPlan } from '../src/plan/load.ts';
import { treat } from './readme-example.ts';
import { createFakeIo } from './cli/support.ts';
import { root } from './support/source-reader.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('begins with a block of exactly two lines of commands', () => {
    const block = /```sh first\n([\s\S]*?)\n```/.exec(readme)?.[1]?.split('\n');
    expect(block).toHaveLength(2);
    expect(readme.indexOf('```sh first')).toBe(readme.indexOf('```'));
  });

  it('shows a program of one’s own that runs, on the plan that it shows', () => {
    const shown = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
    const source = readFileSync(join(root, 'test/readme-example.ts'), 'utf8');
    expect(shown).toBe(source.replace("'../src/index.ts'", "'laserbelt'"));
    const plan = /```yaml\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? '';
    expect(treat(plan)).toMatchObject({ outcome: 'completed', emissionOff: 'confirmed', exitCode: 0 });
  });

  it('shows what plan show prints for the plan that it shows', async () => {
    const plan = /```yaml\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? '';
    const io = createFakeIo();
    const request = { plan: '-', profile: undefined, isJson: false, isColourRefused: true };
    expect(await planShow(request, io, () => Promise.resolve(plan))).toBe(0);
    const section = readme.slice(
      readme.indexOf('### Reading `plan show`'),
      readme.indexOf('### How the dose'),
    );
    const samples = [...section.matchAll(/^```\n([\s\S]*?)\n```$/gm)].map((match) => match[1] ?? '');
    expect(samples).toHaveLength(3);
    for (const sample of samples) expect(io.stdout()).toContain(`${sample}\n`);
  });

  it('shows a plan that loads', () => {
    const plan = /```yaml\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? '';
    expect(loadPlan(plan, 'README.md')).toMatchObject({ ok: true });
  });
});
