// What is wrong with a plan, by the path of the value: the loader knows where in the text that is.
export type PlanPath = readonly (string | number)[];

export interface PathProblem {
  readonly path: PlanPath;
  /** Where the problem stands when the path alone does not say: at the key, not at its value. */
  readonly at?: 'key';
  readonly message: string;
  readonly expected: string;
}

/** What a belt cannot do of a plan. */
export interface PathMessage {
  readonly path: PlanPath;
  readonly message: string;
}

/** Nothing is refused for it; a person should know it before the first session. */
export interface PathWarning {
  readonly path: PlanPath;
  readonly message: string;
  /** The rule or row behind it, quoted. */
  readonly source: string;
}

export const problem = (path: PlanPath, message: string, expected: string): PathProblem => ({
  path,
  message,
  expected,
});
export const problemAtKey = (path: PlanPath, message: string, expected: string): PathProblem => ({
  path,
  at: 'key',
  message,
  expected,
});
