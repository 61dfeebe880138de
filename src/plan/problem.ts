// What is wrong with a plan, by the path of the value: the loader knows where in the text that is.
export type PlanPath = readonly (string | number)[];

export interface PathProblem {
  readonly path: PlanPath;
  /** Where the problem stands when the path alone does not say: at the key, not at its value. */
  readonly at?: 'key';
  readonly message: string;
  readonly expected: string;
}
