// Writes `N passed, N failed` to the file that LASERBELT_TEST_COUNTS names, for whoever adds up several runs, and below
// it which tests failed and why in a line each: a long log has them far from its end.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const REASON_LENGTH_MAX = 600;

function reasonOf(test: TestCase): string {
  const errors = test.result().errors ?? [];
  const words = errors
    .map((error) => error.message)
    .join(' | ')
    .replaceAll(/\s+/g, ' ');
  return `failed: ${test.module.relativeModuleId} > ${test.fullName}: ${words.slice(0, REASON_LENGTH_MAX)}`;
}

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env['LASERBELT_TEST_COUNTS'];
    if (path === undefined) return;
    let passed = 0;
    let failed = unhandledErrors.length;
    const reasons: string[] = [];
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) failed++;
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed++;
        else if (test.result().state === 'failed') {
          failed++;
          reasons.push(reasonOf(test));
        }
      }
    }
    writeFileSync(path, [`${passed} passed, ${failed} failed`, ...reasons, ''].join('\n'));
  }
}
