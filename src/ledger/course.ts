// How the sessions of a course follow each other, as the plan has it.

export interface CourseRule {
  /** How many make the course. */
  readonly sessions: number;
  /** From one session to the next; null when the plan does not say. */
  readonly everyS: number | null;
  /** At most so many in seven days; null when the plan does not say. */
  readonly perWeek: number | null;
  /** At least, between two sessions on the site. */
  readonly gapS: number;
}

/** Which session of its course a visit is, counted from the book. */
export interface CoursePlace {
  readonly number: number;
  readonly of: number;
  /** The text of the plan is another than at the last session of this course. */
  readonly planChanged: boolean;
}
