#!/usr/bin/env node
// The command. `stop`, `pause`, `resume`, `status` and the first page of help load nothing they do not use: an off switch
// must not wait for a parser.
import { runDirect } from './direct.ts';
import { isDirectCommand } from './direct-options.ts';
import { tellError } from './exit-codes.ts';
import { helpColumns, rootHelp } from './help.ts';
import { processIo } from './io.ts';
import { readCheckWords } from './plan-check-words.ts';

/** When everything is said, whatever still holds the process has this long. */
const LINGER_MAX_MS = 1000;

async function run(args: readonly string[]): Promise<number> {
  const [verb] = args;
  if (verb === undefined || (args.length === 1 && ['--help', '-h', 'help'].includes(verb))) {
    processIo.out(rootHelp(helpColumns(processIo)));
    return 0;
  }
  if (isDirectCommand(verb)) return runDirect(verb, args.slice(1), processIo);
  const check = verb === 'plan' && args[1] === 'check' ? readCheckWords(args.slice(2)) : undefined;
  if (check !== undefined) {
    const { planCheckDirectly } = await import('./plan-check-directly.ts');
    return planCheckDirectly(check, processIo);
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(args, processIo);
}

// A reader that has seen enough (`laserbelt sim faults | head`) is no failure. A session adds its own, stricter handler.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = tellError(error, process.argv.includes('--json'), processIo);
}
setTimeout(() => process.exit(), LINGER_MAX_MS).unref();
