// The commands that take a parser. Each action's module is loaded when it runs, not before.
import { Command, CommanderError } from 'commander';
import { COMMAND_NAMES, summaryOf } from './commands.ts';
import { DIRECT_COMMANDS, DIRECT_OPTIONS } from './direct-options.ts';
import { directHelp, helpColumns, rootHelp } from './help.ts';
import { tellError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { mayBeLabel } from './addresses.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import { addBooks } from './program-books.ts';
import { faultOption, numberBetween, seedOption } from './program-options.ts';
import { addPlans } from './program-plans.ts';
import { addReplay } from './program-replay.ts';
import { addStart } from './program-start.ts';
import { suggest } from './suggest.ts';
import { VERSION } from './version.ts';
import type { World } from './world.ts';

export interface ProgramDeps {
  readonly io: Io;
  /** What the command that ran came to. */
  finish(exitCode: number): void;
  /** Of a test: the shipped command gives none, and no option or variable of its own can. */
  readonly world?: World;
}

const SCAN_MAX_S = 60;

function addSim(program: Command, { io, finish }: ProgramDeps): void {
  const sim = program.command('sim').description(summaryOf('sim'));
  sim
    .command('serve')
    .description('serve one simulated belt in real time until it is stopped')
    .option('--socket <path>', 'on a local socket at exactly this path')
    .option('--ble', 'as a Bluetooth peripheral, through this machine’s adapter')
    .option('--profile <name|file>', 'its hardware: zones, emitters, areas')
    .option('--name <name>', 'the name it advertises')
    .addOption(seedOption())
    .addOption(faultOption())
    .option('--label <code>', 'its pairing secret: 26 letters and digits; without it, a new one')
    .option('--truth <file>', 'write what really happened, as JSON Lines')
    .action(async (options: import('./sim-serve.ts').SimServeOptions) => {
      const { simServe } = await import('./sim-serve.ts');
      finish(await simServe(options, io));
    });
  sim
    .command('fault')
    .description('put a fault into a served belt that runs')
    .argument('<spec>', 'name[@time][:key=value,…], for example contact-lost:zone=L2')
    .requiredOption('--socket <path>', 'where the belt is served')
    .action(async (spec: string, options: { readonly socket: string }) => {
      const { simFault } = await import('./sim-fault.ts');
      finish(await simFault(spec, options.socket, io));
    });
  sim
    .command('faults')
    .description('every fault there is, with its keys')
    .option('--json', 'one JSON object per line')
    .action(async (options: { readonly json?: boolean }) => {
      const { simFaults } = await import('./sim-fault.ts');
      finish(simFaults(options.json === true, io));
    });
}

function addDirect(program: Command, { io, finish }: ProgramDeps): void {
  for (const name of DIRECT_COMMANDS) {
    const command = program.command(name).description(summaryOf(name));
    for (const { flags, summary } of DIRECT_OPTIONS[name]) command.option(flags, summary);
    command.helpInformation = () => directHelp(name, helpColumns(io));
    // Reached when an option stands before the verb; the router's own parser has the last word.
    command.allowUnknownOption().allowExcessArguments();
    command.action(async () => {
      const { runDirect } = await import('./direct.ts');
      const words = program.args;
      finish(await runDirect(name, words.slice(words.indexOf(name) + 1), io));
    });
  }
}

function addKeys(program: Command, { io, finish }: ProgramDeps): void {
  program
    .command('pair')
    .description(summaryOf('pair'))
    .argument('<address>', 'ble:<id> or socket:<path>; or the name of a belt that is to be paired anew')
    .option('--name <name>', 'what to call it from now on, with --belt and elsewhere')
    .option('--label-file <file>', 'the label’s letters and digits, from a file')
    .option('--label <code>', 'the same here, where other users of this computer can see it for a moment')
    .option('--json', 'one JSON object on stdout')
    .option('-q, --quiet', 'only errors; the exit code says the rest')
    .addHelpText(
      'after',
      `
The label is asked for when it is not given, and not shown. The belt must be in
its pairing window: hold its button, or
  laserbelt sim fault --socket <path> pairing-window

Exit code 0 when it is paired; 6 when the belt refused or the key cannot be
kept; 5 without the belt.`,
    )
    .action(async (address: string, options: import('./pair.ts').PairOptions) => {
      const { pair } = await import('./pair.ts');
      finish(await pair(address, options, io));
    });
  program
    .command('belts')
    .description(summaryOf('belts'))
    .option('--json', 'one JSON object per belt')
    .action(async (options: { readonly json?: boolean }) => {
      const { belts } = await import('./belts.ts');
      finish(await belts(options.json === true, io));
    });
  program
    .command('forget')
    .description(summaryOf('forget'))
    .argument('<belt>', 'its name, address or belt id')
    .option('--json', 'one JSON object on stdout')
    .option('-q, --quiet', 'only errors; the exit code says the rest')
    .action(async (belt: string, options: import('./belts.ts').ForgetOptions) => {
      const { forget } = await import('./belts.ts');
      finish(await forget(belt, options, io));
    });
}

function addBelts(program: Command, { io, finish }: ProgramDeps): void {
  program
    .command('scan')
    .description(summaryOf('scan'))
    .option('--timeout <seconds>', 'how long to look', numberBetween(1, SCAN_MAX_S, false), 10)
    .option('--json', 'one JSON object per belt')
    .action(async (options: { readonly timeout: number; readonly json?: boolean }) => {
      const { scan } = await import('./scan.ts');
      finish(await scan({ timeoutS: options.timeout, isJson: options.json === true }, io));
    });
  program
    .command('clear')
    .description(summaryOf('clear'))
    .option('--belt <belt>', 'its name, ble:<id> or socket:<path>, as it was given to start')
    .option('--yes', 'for simulated belts only: nobody has to type the name')
    .option('--json', 'one JSON object on stdout')
    .option('-q, --quiet', 'only errors; the exit code says the rest')
    .addHelpText(
      'after',
      '\nExit code 0 when it is cleared or nothing was latched; 6 when the hazard is\nstill there; 5 without the belt.',
    )
    .action(async (options: import('./clear.ts').ClearOptions) => {
      const { clear } = await import('./clear.ts');
      finish(await clear(options, io));
    });
  program
    .command('doctor')
    .description(summaryOf('doctor'))
    .option('--json', 'one JSON object per check')
    .option('--no-color', 'plain text')
    .action(async (options: { readonly json?: boolean; readonly color: boolean }) => {
      const { doctor } = await import('./doctor.ts');
      finish(await doctor({ isJson: options.json === true, isColourRefused: !options.color }, io));
    });
}

/** A misspelt `--lable=<code>` is told without what follows: it may be a secret. */
const withoutValue = (text: string): string =>
  text.replace(/^(error: unknown option '[^'=]*)=[^\n]*'/, "$1'");

/** As every other error: `laserbelt: … (did you mean --sim?)`, on one line. */
const inOurForm = (text: string): string =>
  text.replace(/^error: /, 'laserbelt: ').replace(/\n\(Did you mean ([^)]*)\)/, ' (did you mean $1)');

/** After an error, the page that lists what this very command takes. */
function pointToOwnHelp(command: Command, parent: string): void {
  const words = `${parent} ${command.name()}`;
  command.showHelpAfterError(`  ${words} --help lists what there is.`);
  for (const inner of command.commands) pointToOwnHelp(inner, words);
}

/** The whole command tree; `--help` of every command comes from it. */
export function createProgram(deps: ProgramDeps): Command {
  const { io } = deps;
  const program = new Command('laserbelt');
  program
    .version(VERSION, '-V, --version', 'the version')
    .helpOption('-h, --help', 'help')
    .option('--no-color', 'plain text')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(inOurForm(withoutValue(text))),
    })
    .showHelpAfterError('  laserbelt --help lists what there is.');
  program.helpInformation = () => rootHelp(helpColumns(io));
  addStart(program, deps);
  addDirect(program, deps);
  addBelts(program, deps);
  addKeys(program, deps);
  addPlans(program, deps);
  addBooks(program, deps);
  addReplay(program, deps);
  addSim(program, deps);
  for (const command of program.commands) pointToOwnHelp(command, 'laserbelt');
  return program;
}

/** Runs one command line; every misuse is exit code 2. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT_CODE.completed;
  const program = createProgram({
    io,
    finish: (code) => {
      exitCode = code;
    },
  });
  const [verb = ''] = args;
  if (!verb.startsWith('-') && ![...COMMAND_NAMES, 'help'].includes(verb)) {
    const meant = suggest(verb, COMMAND_NAMES);
    io.err(
      `laserbelt: unknown command${mayBeLabel(verb) ? '' : ` ‘${verb}’`}${meant === undefined ? '' : ` (did you mean ${meant}?)`}\n` +
        '  laserbelt --help lists what there is.\n',
    );
    return EXIT_CODE.usage;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Told here and not by the caller, which may be a bundle of its own with another BeltError in it.
    if (!(error instanceof CommanderError)) return tellError(error, args.includes('--json'), io);
    return error.exitCode === 0 ? EXIT_CODE.completed : EXIT_CODE.usage;
  }
}
