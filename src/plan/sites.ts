// Where on the body a dose is booked. A closed list: limits per site and 24 h hold only when one place has one name.

/** Left and right are the wearer's own. */
export const BODY_SITES = [
  'cervical',
  'thoracic',
  'lumbar',
  'sacral',
  'shoulder-left',
  'shoulder-right',
  'elbow-left',
  'elbow-right',
  'wrist-left',
  'wrist-right',
  'hip-left',
  'hip-right',
  'knee-left',
  'knee-right',
  'ankle-left',
  'ankle-right',
] as const;
export type BodySite = (typeof BODY_SITES)[number];
