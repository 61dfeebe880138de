// `start` and its options.
import type { Command } from 'commander';
import { summaryOf } from './commands.ts';
import type { ProgramDeps } from './program.ts';
import { faultOption, seedOption, speedOption } from './program-options.ts';
import type { StartOptions } from './start-options.ts';

export function addStart(program: Command, { io, finish, world }: ProgramDeps): void {
  program
    .command('start')
    .description(summaryOf('start'))
    .argument('[plan]', 'a built-in plan or a plan file', 'low-back-spasm')
    .option('--belt <belt>', 'a paired belt’s name, ble:<id>, socket:<path> or sim')
    .option('--sim', 'an embedded simulated belt, which is its own label (the same as --belt sim)')
    .addOption(speedOption())
    .addOption(seedOption())
    .addOption(faultOption())
    .option('--profile <name|file>', 'the embedded belt’s hardware: zones, emitters, areas')
    .option('--keep-book', 'go on with the embedded belt’s dose book of the run before')
    .option('--person <name>', 'for whom the dose is booked, and whose answers count')
    .option('--answers <file>', 'the answers to the screening questions (laserbelt plan new --answers)')
    .option('--yes', 'answer the questions, for simulated belts only')
    .option('--detach', 'go on in the background; `laserbelt status` and `stop` reach it')
    .option('-n, --dry-run', 'show what the plan does on this belt, emit nothing')
    .option('--record <file>', 'keep every input and decision in a new file, for laserbelt replay')
    .option('--json', 'JSON Lines on stdout')
    .option('-q, --quiet', 'only the outcome')
    .option('--no-color', 'plain text (NO_COLOR does the same)')
    .addHelpText(
      'after',
      `
Examples
  laserbelt start --sim --speed 20 --yes    watch a session, twenty times as fast
  laserbelt start --sim --dry-run           what the plan does, with the arithmetic
  laserbelt start my-plan.yaml --belt kitchen
                                            on a belt paired under this name
  laserbelt start my-plan.yaml --belt kitchen --person Anna
                                            Anna's next session of this plan
  laserbelt plan new today.yaml --answers my-plan.yaml
                                            its questions, for --answers
  laserbelt start --sim --yes --fault contact-lost@30s:zone=L2

A real belt is armed by its own button, or by typing its name on a terminal;
--yes never arms one. What comes too early is refused with the time at which it
will be allowed. While it runs: p pauses, r resumes, s goes on from a care step,
q or Ctrl-C stops; so do laserbelt pause, resume and stop from any terminal.`,
    )
    .action(async (plan: string, options: StartOptions) => {
      const { start } = await import('./start.ts');
      finish(await start(plan, options, io, world));
    });
}
