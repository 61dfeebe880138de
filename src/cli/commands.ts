// Every verb in one table: the help, the router and the program are made from it.

export interface CommandEntry {
  readonly name: string;
  /** As in the help: `start [plan]`. */
  readonly usage: string;
  readonly summary: string;
  readonly group: 'Sessions' | 'Plans and doses' | 'Belts and this machine' | 'Simulated belts';
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'start',
    usage: 'start [plan]',
    summary: 'one session of a plan: shows it, asks, counts down, treats',
    group: 'Sessions',
  },
  { name: 'stop', usage: 'stop', summary: 'light off, from any terminal, always', group: 'Sessions' },
  { name: 'pause', usage: 'pause', summary: 'dark until `laserbelt resume`', group: 'Sessions' },
  { name: 'resume', usage: 'resume', summary: 'go on with a paused session', group: 'Sessions' },
  {
    name: 'status',
    usage: 'status [--watch]',
    summary: 'what the belt and the session do now',
    group: 'Sessions',
  },
  {
    name: 'plan',
    usage: 'plan list|show|check|…',
    summary: 'what a plan gives and why; what is wrong with it',
    group: 'Plans and doses',
  },
  {
    name: 'history',
    usage: 'history [list|show <id>]',
    summary: 'what was given to whom, session by session',
    group: 'Plans and doses',
  },
  {
    name: 'ledger',
    usage: 'ledger verify',
    summary: 'whether the dose book is whole',
    group: 'Plans and doses',
  },
  {
    name: 'replay',
    usage: 'replay <file>',
    summary: 'run the controller over a recording: does it decide the same?',
    group: 'Plans and doses',
  },
  { name: 'scan', usage: 'scan', summary: 'belts in reach', group: 'Belts and this machine' },
  {
    name: 'pair',
    usage: 'pair <address>',
    summary: 'have a belt listen to this computer, by its label',
    group: 'Belts and this machine',
  },
  { name: 'belts', usage: 'belts', summary: 'the belts that are paired', group: 'Belts and this machine' },
  {
    name: 'forget',
    usage: 'forget <belt>',
    summary: 'remove the key of a belt from this computer',
    group: 'Belts and this machine',
  },
  {
    name: 'clear',
    usage: 'clear --belt <belt>',
    summary: 'end a lockout, once its hazard is gone',
    group: 'Belts and this machine',
  },
  {
    name: 'doctor',
    usage: 'doctor',
    summary: 'what works on this machine, and what mends the rest',
    group: 'Belts and this machine',
  },
  {
    name: 'sim',
    usage: 'sim serve|fault|faults',
    summary: 'a simulated belt for other processes, with faults',
    group: 'Simulated belts',
  },
];

export const COMMAND_NAMES: readonly string[] = COMMANDS.map((command) => command.name);
export const summaryOf = (name: string): string =>
  COMMANDS.find((command) => command.name === name)?.summary ?? '';
