// What `plan new` writes: a plan that loads as it stands, with a word on each line. The first line makes editors complete
// and check it.

export interface TemplateFacts {
  /** Lower-case words joined by `-`; the caller has checked it. */
  readonly name: string;
  /** Address or path of the JSON Schema. */
  readonly schema: string;
}

export const planTemplate = ({ name, schema }: TemplateFacts): string => `\
# yaml-language-server: $schema=${schema}
# A treatment plan. Every quantity is a number with its unit; a bare number is an error. Check it:
#   laserbelt plan check ${name}.yaml
#   laserbelt plan show ${name}.yaml
laserbelt: 1                      # version of this format
name: ${name}
title: Low back, near infrared    # for people
site: lumbar                      # where the dose is booked; the limits of a day hold for the site
basis: Where these figures come from, such as a row of a dosage table.
evidence: What is known of the effect, and how good that knowledge is. Say so if it is thin.
session:                          # steps, in order; a session begins with light
  - treat: [L1, L2, L3, L4]       # zones of the belt
    order: together               # or: sequence, one zone after the other
    wavelength: 808 nm            # the belt must have such an emitter in each zone
    irradiance: 50 mW/cm2         # mean over a pulse period, at the skin; at most 100 mW/cm2
    dose: 4 J/cm2                 # at the skin; or \`energy: 4 J\` for each point
    ramp: { up: 2 s, down: 1 s }
    # pulse: { frequency: 100 Hz, duty: 80 % }   # left out: continuous
  # - rest: 60 s                  # dark, between two \`treat\` steps; a zone after it is lit again
  - care: stretch                 # heat, stretch, massage, ice, rest: timed and dark. medicine: a note without time
    for: 5 min
    say: Knees to the chest, slowly. Stop if it hurts.
  # A belt session carries 15 steps and 18 doses; light after a care step is another one, armed anew. Light comes before
  # ice; ice takes 15 to 20 min, 90 min apart; heat ends at least 30 min before light.
course:
  sessions: 12
  every: 1 day                    # or: { perWeek: 5 }
  gap: 20 h                       # at least, on this site
limits:                           # may only narrow what belt, site and program allow
  sessionDose: 6 J/cm2            # a zone, in one visit
  duration: 20 min                # light and rests of one visit
screening: standard               # questions before a course and before a session
`;
