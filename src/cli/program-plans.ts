// The commands about plans and about the dose book. Each action's module is loaded when it runs, not before.
import type { Command } from 'commander';
import { summaryOf } from './commands.ts';
import type { ProgramDeps } from './program.ts';
import type { PlanNewOptions } from './plan-answers.ts';

interface ShowOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

const PROFILE = [
  '--profile <name|file>',
  'the belt to compute it on; left out: the first built-in that fits',
] as const;
const JSON_LINES = ['--json', 'JSON Lines on stdout'] as const;
const NO_COLOUR = ['--no-color', 'plain text (NO_COLOR does the same)'] as const;

function addPlanReaders(plan: Command, { io, finish }: ProgramDeps): void {
  plan
    .command('list')
    .description('the built-in programs')
    .option(...JSON_LINES)
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { planList } = await import('./plan-list.ts');
      finish(planList(json === true, io));
    });
  plan
    .command('show')
    .description('what one session gives, zone by zone, and why that is allowed')
    .argument('<plan>', 'a built-in plan, a plan file, or - for standard input')
    .option(...PROFILE)
    .option(...JSON_LINES)
    .option(...NO_COLOUR)
    .action(async (name: string, { profile, json, color }: ShowOptions) => {
      const { planShow } = await import('./plan-show.ts');
      finish(await planShow({ plan: name, profile, isJson: json === true, isColourRefused: !color }, io));
    });
  plan
    .command('check')
    .description('everything that is wrong with plans, with its place; for a sound one, the worst case')
    .argument('<plan...>', 'plan files or built-in plans; - for standard input')
    .option(...PROFILE)
    .option(...JSON_LINES)
    .option('-q, --quiet', 'only problems; the exit code says the rest')
    .addHelpText(
      'after',
      `
Problems are told as file:line:column: what is wrong (expected what), all of them at once.
Exit code 0 when every plan is sound, 2 when one is not or cannot be read.`,
    )
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { planCheck } = await import('./plan-check.ts');
      const { profile, json, quiet } = options;
      finish(await planCheck({ files, profile, isJson: json === true, isQuiet: quiet === true }, io));
    });
}

interface CheckOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

function addPlanWriters(plan: Command, { io, finish }: ProgramDeps): void {
  plan
    .command('schema')
    .description('the JSON Schema of plans, for editors')
    .action(async () => {
      const { planSchema } = await import('./plan-files.ts');
      finish(planSchema(io));
    });
  plan
    .command('new')
    .description('a commented plan to begin with')
    .argument('[file]', 'where to write it; left out: standard output')
    .option('--answers <plan>', 'instead: the screening questions of this plan, to be filled in')
    .option('--short', 'with --answers: those about today alone')
    .option('--person <name>', 'with --answers: who answers')
    .option(...JSON_LINES)
    .action(async (file: string | undefined, options: PlanNewOptions) => {
      const { answers, json } = options;
      if (answers !== undefined) {
        const { planAnswers } = await import('./plan-answers.ts');
        return finish(planAnswers({ plan: answers, file, ...options }, io));
      }
      const { planNew } = await import('./plan-files.ts');
      finish(await planNew({ file, isJson: json === true }, io));
    });
}

export function addPlans(program: Command, deps: ProgramDeps): void {
  const plan = program
    .command('plan')
    .description(summaryOf('plan'))
    .addHelpText(
      'after',
      `
Examples
  laserbelt plan list                 what is built in
  laserbelt plan show low-back-spasm  the arithmetic of one session, the course, the worst case
  laserbelt plan new my-plan.yaml     a commented file to change
  laserbelt plan check my-plan.yaml   what is wrong with it, and where`,
    );
  addPlanReaders(plan, deps);
  addPlanWriters(plan, deps);
}
