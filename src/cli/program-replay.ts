// `replay` and its options.
import type { Command } from 'commander';
import { summaryOf } from './commands.ts';
import type { ProgramDeps } from './program.ts';
import type { ReplayOptions } from './replay.ts';

export function addReplay(program: Command, { io, finish }: ProgramDeps): void {
  program
    .command('replay')
    .description(summaryOf('replay'))
    .argument('<file>', 'what laserbelt start --record has written')
    .option('--json', 'one JSON object on stdout')
    .option('-q, --quiet', 'only what differs; the exit code says the rest')
    .addHelpText(
      'after',
      `
No belt and no dose book is opened. Exit code 0 when every decision is the
recorded one, bit for bit; 6 when one differs: the first is shown, with its line;
2 when the file is no recording, or was changed since. A recording whose process
was killed is replayed as far as it goes.`,
    )
    .action(async (file: string, options: ReplayOptions) => {
      const { replay } = await import('./replay.ts');
      finish(await replay(file, options, io));
    });
}
