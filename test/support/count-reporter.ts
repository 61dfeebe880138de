// Writes `N passed, N failed` to the file that LASERBELT_TEST_COUNTS names, for whoever adds up several runs.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env['LASERBELT_TEST_COUNTS'];
    if (path === undefined) return;
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) failed++;
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed++;
        else if (test.result().state === 'failed') failed++;
      }
    }
    writeFileSync(path, `${passed} passed, ${failed} failed\n`);
  }
}
