// A person at a terminal, or a script without one, who is screened in a home of its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersTemplateOf } from '../../src/cli/screen-file.ts';
import { screen, type Screened, type ScreenRequest } from '../../src/cli/screen.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { CONTRAINDICATIONS } from '../../src/safety/contraindications.ts';
import { questionsFor } from '../../src/safety/screening.ts';
import { planOf, treat } from '../plan/belts.ts';
import { createFakeIo, type FakeIo } from './support.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.parse('2026-03-01T08:00:00Z');
const FACTS = { site: 'lumbar', pulsesVisibleLight: false };
export const PLAN: Plan = { ...planOf([treat()]), name: 'low-back' };
export const FULL = questionsFor('full', FACTS);
export const SHORT = questionsFor('short', FACTS);

/** Which question a terminal shows, however its lines are broken. */
export const idOf = (words: string): string => {
  const flat = words.replace(/\s+/g, ' ');
  return CONTRAINDICATIONS.find((question) => flat.includes(question.words))?.id ?? words;
};
export const safeAnswerTo = (id: string): string | undefined =>
  CONTRAINDICATIONS.find((question) => question.id === id)?.safe;
export const idsOf = (questions: readonly { readonly id: string }[]): string[] =>
  questions.map(({ id }) => id);

export interface Person extends Partial<ScreenRequest> {
  /** Other than the answer that lets the light on. */
  readonly replies?: Readonly<Record<string, string | undefined>>;
  readonly isTerminal?: boolean;
}

export interface ScreenRig {
  nowMs: number;
  readonly home: string;
  /** Of the last run. */
  readonly asked: readonly string[];
  readonly io: FakeIo;
  readonly folder: string;
  run(person?: Person): Promise<Screened>;
  keptText(): string;
  /** A file filled in, of the template that people get. */
  fileOf(form: 'full' | 'short', date: string, changes?: Record<string, string>, more?: string): string;
  remove(): void;
}

export function createScreenRig(): ScreenRig {
  const home = mkdtempSync(join(tmpdir(), 'laserbelt-screen-'));
  const folder = join(home, 'state', 'answers');
  let asked: string[] = [];
  let io = createFakeIo();
  const rig: ScreenRig = {
    nowMs: START_MS,
    home,
    folder,
    get asked() {
      return asked;
    },
    get io() {
      return io;
    },
    run({ replies = {}, isTerminal = true, ...changes } = {}) {
      io = createFakeIo({ env: { LASERBELT_HOME: home }, isInputTerminal: isTerminal });
      asked = [];
      return screen({
        io,
        plan: PLAN,
        person: 'default',
        isYes: false,
        mayAssume: false,
        isSimulated: false,
        answersFile: undefined,
        wallClock: { nowMs: () => rig.nowMs },
        ask(_io, question) {
          const id = idOf(question);
          asked.push(id);
          return Promise.resolve(Object.hasOwn(replies, id) ? replies[id] : safeAnswerTo(id));
        },
        ...changes,
      });
    },
    keptText: () =>
      readdirSync(folder)
        .filter((name) => name.startsWith('answers-'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(''),
    fileOf(form, date, changes = {}, more = '') {
      let text = answersTemplateOf(PLAN, form, 'default').replace(/^date:.*$/m, `date: ${date}`);
      for (const { id, safe } of form === 'full' ? FULL : SHORT)
        text = text.replace(`  ${id}:\n`, `  ${id}: ${changes[id] ?? safe}\n`);
      const file = join(home, `${form}.yaml`);
      writeFileSync(file, text + more);
      return file;
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
  return rig;
}
