// A test runner for Stryker that loads the tests once and then judges mutant after mutant in the same process: without it
// each mutant would pay for loading all test files anew, many times what the tests themselves cost.
//
// What keeps the verdicts true:
// - A mutant counts as killed only if the test that failed passes again, in the same process, without the mutant.
//   If it does not, something outlived the mutant: everything is loaded anew and the mutant is judged once more.
// - Mutants of what runs while modules load are judged in a bundle that was loaded with the mutant switched on.
import { PluginKind, commonTokens, declareClassPlugin } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** No test of these areas waits for real time; one that still runs after this waits for something that never comes. */
const TEST_MAX_MS = 10_000;
/** Stryker gives up at 100 times the hits of a run without mutants. A tenth of that is told apart from it as well. */
const HIT_LIMIT_SHARE = 0.1;

/**
 * For a quick first look: a mutant that outlived this much processor time of tests is told as a survivor, the rest of the
 * tests unasked. Unset, every test is asked.
 */
const BUDGET_MS = Number(process.env.LASERBELT_MUTATION_BUDGET_MS ?? Infinity);

/** Each verdict is added to this file at once, for who does not want to wait for the end. */
const LOG = process.env.LASERBELT_MUTATION_LOG;

const namespace = (globalThis.__stryker__ ??= {});
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Patterns are files, or folders with everything below ("<folder>/**" and what follows); "!" in front leaves out. */
function testFilesOf(patterns) {
  const filesIn = (pattern) => {
    const [folder, rest] = pattern.split('/**');
    if (rest === undefined) return [pattern];
    const below = readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file)));
    return below.filter((file) => file.endsWith('.test.ts'));
  };
  const all = patterns.split(',').filter((pattern) => pattern !== '');
  const excluded = new Set(all.filter((p) => p.startsWith('!')).flatMap((p) => filesIn(p.slice(1))));
  const files = all.filter((p) => !p.startsWith('!')).flatMap(filesIn);
  return [...new Set(files)].filter((file) => !excluded.has(file)).sort();
}

async function bundle(files, outfile) {
  const parts = files.flatMap((file, at) => [`import 'test-file/${at}';`, `import './${file}';`]);
  await build({
    stdin: { contents: parts.join('\n'), resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // One test compares names of functions with what a module exports.
    keepNames: true,
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'tests',
        setup(builder) {
          builder.onResolve({ filter: /^vitest$/ }, () => ({
            path: resolve('test/mutation/in-process-vitest.mjs'),
          }));
          // A file of the tests finds its data beside itself, not beside the bundle.
          builder.onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => {
            const contents = readFileSync(path, 'utf8');
            const url = JSON.stringify(pathToFileURL(path).href);
            return { contents: contents.replaceAll('import.meta.url', url), loader: 'ts' };
          });
          builder.onResolve({ filter: /^test-file\// }, ({ path }) => ({
            path,
            namespace: 'test-file',
            sideEffects: true,
          }));
          builder.onLoad({ filter: /.*/, namespace: 'test-file' }, ({ path }) => ({
            contents: `globalThis.__laserbeltFile = ${JSON.stringify(resolve(files[Number(path.slice(10))]))};`,
          }));
        },
      },
    ],
  });
}

class InProcessRunner {
  static inject = [commonTokens.options, commonTokens.logger];
  tests = new Map();
  /** Test ids by how lately they killed: a neighbour of a mutant mostly dies of the same test. */
  lately = new Map();
  kills = 0;
  loads = 0;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    process.env.NODE_ENV = 'test';
    console.log = console.info = console.warn = console.error = () => undefined;
    this.outfile = resolve(`test/mutation/bundle-${process.pid}.mjs`);
    await bundle(testFilesOf(process.env.LASERBELT_MUTATION_TESTS ?? ''), this.outfile);
  }

  async load() {
    globalThis.__laserbeltTests = [];
    await import(`${pathToFileURL(this.outfile).href}?load=${++this.loads}`);
    const seen = new Map();
    const tests = globalThis.__laserbeltTests.map((test) => {
      const base = `${relative(process.cwd(), test.file)}#${test.name}`;
      const count = (seen.get(base) ?? 0) + 1;
      seen.set(base, count);
      const id = count === 1 ? base : `${base} (${count})`;
      return { ...test, id, ms: this.tests.get(id)?.ms ?? 0 };
    });
    this.tests = new Map(tests.map((test) => [test.id, test]));
  }

  /** The failure, or undefined. */
  async runOne(test) {
    globalThis.__laserbeltFile = test.file;
    let timer;
    const tooLong = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new Error('The test waits for something that never comes')),
        TEST_MAX_MS,
      );
    });
    try {
      await Promise.race([test.run(), tooLong]);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message.slice(0, 400) : String(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async dryRun() {
    namespace.activeMutant = undefined;
    await this.load();
    const tests = [];
    for (const test of this.tests.values()) {
      const startedAt = performance.now();
      const cpuAtStart = cpuMs();
      namespace.currentTestId = test.id;
      const failureMessage = await this.runOne(test);
      namespace.currentTestId = undefined;
      test.ms = cpuMs() - cpuAtStart;
      const timeSpentMs = performance.now() - startedAt;
      const common = { id: test.id, name: test.name, fileName: test.file, timeSpentMs };
      tests.push(
        failureMessage === undefined
          ? { ...common, status: TestStatus.Success }
          : { ...common, status: TestStatus.Failed, failureMessage },
      );
    }
    // What tests compute while they are collected passes for loading. Such a mutant is judged by the tests that meet it
    // later, which is stricter, and far cheaper than loading everything with it.
    const { mutantCoverage = { static: {}, perTest: {} } } = namespace;
    for (const covered of Object.values(mutantCoverage.perTest))
      for (const id of Object.keys(covered)) delete mutantCoverage.static[id];
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  ordered(ids) {
    const tests = (ids ?? [...this.tests.keys()]).flatMap((id) => this.tests.get(id) ?? []);
    const rank = (test) => {
      const kill = this.lately.get(test.id);
      return kill === undefined ? test.ms + 1 : (test.ms + 1) * Math.min(0.5, (this.kills - kill + 1) / 50);
    };
    return tests
      .map((test) => [rank(test), test])
      .sort((a, b) => a[0] - b[0])
      .map(([, test]) => test);
  }

  async judge(options) {
    const { id } = options.activeMutant;
    const isStatic = options.mutantActivation === 'static';
    namespace.hitCount = 0;
    namespace.hitLimit = options.hitLimit && Math.max(1000, options.hitLimit * HIT_LIMIT_SHARE);
    namespace.activeMutant = isStatic ? id : undefined;
    if (isStatic || options.reloadEnvironment || this.tests.size === 0 || this.isStale) {
      this.isStale = isStatic;
      try {
        await this.load();
      } catch (error) {
        if (!isStatic) throw error;
        // With this mutant not even the files of the tests load, which no run of them would pass over.
        const killedBy = [...this.tests.keys()].slice(0, 1);
        return { status: MutantRunStatus.Killed, killedBy, failureMessage: String(error), nrOfTests: 0 };
      }
    }
    namespace.activeMutant = id;
    let nrOfTests = 0;
    const cpuAtStart = cpuMs();
    for (const test of this.ordered(options.testFilter)) {
      if (cpuMs() - cpuAtStart > BUDGET_MS) break;
      nrOfTests += 1;
      const failureMessage = await this.runOne(test);
      if (namespace.hitLimit !== undefined && namespace.hitCount > namespace.hitLimit)
        return { status: MutantRunStatus.Timeout, reason: `Hit limit reached in ${test.id}` };
      if (failureMessage !== undefined)
        return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  /** Whether the test that killed passes without the mutant. */
  async holds(result) {
    namespace.activeMutant = undefined;
    namespace.hitLimit = undefined;
    if (result.status !== MutantRunStatus.Killed || this.isStale) return true;
    return (await this.runOne(this.tests.get(result.killedBy[0]))) === undefined;
  }

  async mutantRun(options) {
    let result = await this.judge(options);
    if (!(await this.holds(result))) {
      this.isStale = true;
      result = await this.judge(options);
      if (!(await this.holds(result)))
        return {
          status: MutantRunStatus.Error,
          errorMessage: `${result.killedBy[0]} fails without the mutant, too`,
        };
    }
    if (result.status === MutantRunStatus.Killed) this.lately.set(result.killedBy[0], ++this.kills);
    if (result.status === MutantRunStatus.Timeout) this.isStale = true;
    if (LOG !== undefined) {
      const { fileName, location, mutatorName, replacement } = options.activeMutant;
      const { line, column } = location.start;
      const place = `${relative(process.cwd(), fileName)}:${line + 1}:${column + 1}`;
      const { status, killedBy, failureMessage, nrOfTests } = result;
      const verdict = { status, place, mutatorName, replacement, killedBy, failureMessage, nrOfTests };
      appendFileSync(LOG, `${JSON.stringify(verdict)}\n`);
    }
    return result;
  }

  async dispose() {
    rmSync(this.outfile, { force: true });
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
