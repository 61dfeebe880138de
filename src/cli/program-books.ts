// The commands about the dose book: what it has, and whether it is whole.
import type { Command } from 'commander';
import { summaryOf } from './commands.ts';
import { usageError } from './exit-codes.ts';
import type { HistoryOptions } from './history.ts';
import type { VerifyOptions } from './ledger-verify.ts';
import type { ProgramDeps } from './program.ts';
import { printable } from './style.ts';
import { didYouMean } from './suggest.ts';

const SIMULATED = ['--simulated', 'the book of simulated belts that are served'] as const;
const SIM = ['--sim', 'the book of start --sim'] as const;
const JSON_LINES = ['--json', 'JSON Lines on stdout'] as const;
const NO_COLOUR = ['--no-color', 'plain text (NO_COLOR does the same)'] as const;
const DAMAGED = '6 when the dose book is damaged.';

/** `history foo` and `history 3fa2…`: somebody wants one session, or meant another word. */
function refuseWord(word: string | undefined): void {
  if (word === undefined) return;
  throw usageError(
    `history has no ‘${printable(word)}’${didYouMean(word, ['list', 'show'])}`,
    'laserbelt history lists all sessions; laserbelt history show <id> has everything of one, `last` of the newest.',
  );
}

function addHistory(program: Command, { io, finish }: ProgramDeps): void {
  const history = program.command('history').description(summaryOf('history'));
  history
    .command('list', { isDefault: true })
    .description('sessions, newest first, by site')
    // The parser would only count a word that stands here.
    .allowExcessArguments()
    .option('--person <name>', 'of this person alone')
    .option('--site <site>', 'on this site alone')
    .option(...SIMULATED)
    .option(...SIM)
    .option(...JSON_LINES)
    .option(...NO_COLOUR)
    .addHelpText('after', `\nThe book of real belts, unless another is named. Exit code ${DAMAGED}`)
    .action(async (options: HistoryOptions, command: Command) => {
      refuseWord(command.args[0]);
      const { historyList } = await import('./history.ts');
      finish(await historyList(options, io));
    });
  history
    .command('show')
    .description('everything of one session: doses, certainty, care, screening')
    .argument('<id>', 'the beginning of its id, or `last`')
    .option(...SIMULATED)
    .option(...SIM)
    .option(...JSON_LINES)
    .option(...NO_COLOUR)
    .addHelpText('after', `\nExit code 2 when there is no such session; ${DAMAGED}`)
    .action(async (id: string, options: HistoryOptions) => {
      const { historyShow } = await import('./history.ts');
      finish(await historyShow(id, options, io));
    });
}

function addLedger(program: Command, { io, finish }: ProgramDeps): void {
  program
    .command('ledger')
    .description(summaryOf('ledger'))
    .command('verify')
    .description('read a whole dose book and name every line that is not what was written; changes nothing')
    .argument('[file]', 'a dose book, or a copy of one; left out: that of real belts')
    .option(...SIMULATED)
    .option(...SIM)
    .option(...JSON_LINES)
    .option('-q, --quiet', 'only problems; the exit code says the rest')
    .addHelpText('after', `\nExit code 0 when it is whole; ${DAMAGED} No belt is armed with such a book.`)
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const { ledgerVerify } = await import('./ledger-verify.ts');
      finish(await ledgerVerify(file, options, io));
    });
}

export function addBooks(program: Command, deps: ProgramDeps): void {
  addHistory(program, deps);
  addLedger(program, deps);
}
