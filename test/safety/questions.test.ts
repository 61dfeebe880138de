// The screening questions as they are asked, row by row: what a person reads is held word by word, with what each answer
// does and where the question comes from. Whoever changes one changes it here as well, and says why.
import { describe, expect, it } from 'vitest';
import { CONTRAINDICATIONS, NOT_CONTRAINDICATED } from '../../src/safety/contraindications.ts';
import { questionOf } from '../../src/safety/screening.ts';
import type { ScreeningQuestion } from '../../src/safety/screening-question.ts';

/** id, kind, the answer that lets the light on, forms, sites, what else it is. In the order in which they are asked. */
const TABLE = `
bladder-or-saddle | redFlag | no | full | cervical+thoracic+lumbar+sacral+hip-left+hip-right | -
leg-weakness | redFlag | no | full | cervical+thoracic+lumbar+sacral+hip-left+hip-right | -
fever | redFlag | no | full | - | -
recent-trauma | redFlag | no | full | - | -
cancer-history | redFlag | no | full | - | -
weight-loss | redFlag | no | full | - | -
night-pain | redFlag | no | full | - | -
malignancy | block | no | full | - | -
bleeding | block | no | full | - | -
thrombosis | block | no | full | - | -
thyroid | block | no | full | cervical | -
radiotherapy | block | no | full | - | -
photosensitivity | block | no | full | - | -
reduced-sensation | block | no | full | - | -
cannot-tell | block | no | full | - | -
photodynamic-drug | block | no | full | - | -
photosensitising-drugs | ask | no | full | - | overridable
epilepsy | ask | no | full | - | visiblePulses+overridable
steroid-injection | ask | no | full | - | overridable
infection | ask | no | full | - | overridable
growth-plates | ask | no | full | - | overridable
heart | ask | no | full | cervical+thoracic+shoulder-left | overridable
testes | ask | no | full | sacral+hip-left+hip-right | overridable
dark-skin | ask | no | full | - | advice
other-illness | ask | no | full | - | advice
adverse-reaction | ask | no | full+short | - | overridable
new-red-flags | redFlag | no | short | - | -
fever-or-infection | redFlag | no | short | - | -
new-numbness | block | no | short | - | -
new-medicine | ask | no | short | - | overridable
pregnancy | block | no | full+short | lumbar+sacral+hip-left+hip-right | -
warm-or-cold-area | block | no | full+short | - | momentary
skin-intact | block | yes | full+short | - | momentary
eyes-protected | block | yes | full+short | - | momentary
`;

/** id, question, what to do after the other answer, source. */
const WORDS = [
  [
    'bladder-or-saddle',
    'Can you no longer hold, or feel, urine or stool, or is it numb between your legs?',
    'This can be an emergency. Have a doctor look at it today; at night, call the emergency number.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'leg-weakness',
    'Is a leg (or an arm) becoming weaker, or do you stumble more and more?',
    'This can be an emergency. Have a doctor look at it today; at night, call the emergency number.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'fever',
    'Do you have a fever or chills?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'recent-trauma',
    'Did this begin with a fall, a blow or an accident that no doctor has looked at?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'cancer-history',
    'Have you ever had cancer, and not yet asked a doctor whether this pain comes from it?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'weight-loss',
    'Have you lost weight without wanting to?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'night-pain',
    'Does the pain wake you at night, or not ease in any position?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'malignancy',
    'Is there a tumour or cancer, known or suspected, in the area of the belt?',
    'No light treatment. Ask your doctor what may help instead.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'bleeding',
    'Is there bleeding in the area, or do you have an illness that makes you bleed easily?',
    'No light treatment. Ask your doctor what may help instead.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'thrombosis',
    'Do you have a blood clot or an inflamed vein now (thrombosis, phlebitis)?',
    'No light treatment. Ask your doctor what may help instead.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'thyroid',
    'Would the light reach the thyroid, at the front of the neck?',
    'Wear the belt on the back of the neck alone, or do not treat the neck.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'radiotherapy',
    'Was this part of the body treated with radiation in the last 6 months?',
    'No light here until 6 months after the last radiation.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'photosensitivity',
    'Do you have an illness that makes the skin sensitive to light (lupus, porphyria, xeroderma)?',
    'No light treatment. Ask your doctor what may help instead.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'reduced-sensation',
    'Is the skin in the area numb, or do you feel warmth there less than elsewhere?',
    'Do not treat this area with light. You would not feel it if the skin became too warm.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'cannot-tell',
    'Would it be hard for whoever wears the belt to notice, or to say, that something is wrong?',
    'No light treatment without a professional who stays beside it.',
    'impaired cognition or communication, contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'photodynamic-drug',
    'Were you given a drug for photodynamic therapy, which makes the body sensitive to light?',
    'No light until your doctor says that the drug has left the body.',
    'photosensitisers, contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]; BMLA 2009',
  ],
  [
    'photosensitising-drugs',
    'Do you take a medicine that makes the skin sensitive to light (such as amiodarone, minocycline, St John’s wort)?',
    'Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'Kerstein 2014 and BMLA 2009 against product manuals (DPL) [lit]: refuse, a clinician may override [eng]',
  ],
  [
    'epilepsy',
    'Do you have epilepsy, or have flashing lights ever given you a seizure?',
    'This plan pulses visible light. Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'NAALT 2010: visible light pulsed below 30 Hz [lit]',
  ],
  [
    'steroid-injection',
    'Did you have a cortisone (steroid) injection in the area in the last weeks?',
    'Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'DPL manual [lit]',
  ],
  [
    'infection',
    'Do you have an infection, in the area or elsewhere?',
    'Wait until it is over. Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'cautions of the same lists: contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'growth-plates',
    'Is whoever wears the belt still growing (a child or teenager)?',
    'Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'cautions of the same lists: contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'heart',
    'Do you have an illness of the heart? (A pacemaker alone is none: answer no.)',
    'Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'vagus and heart area of cardiac patients, cautions of the same lists: contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'testes',
    'Would light reach the testicles?',
    'Wear the belt so that none does, or ask your doctor first.',
    'cautions of the same lists: contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'dark-skin',
    'Is the skin in the area brown or black?',
    'Darker skin takes up more light and warms more; the doses are for light skin. Begin with less, and stop when it feels hot.',
    'WALT recommendations are for light skin types [lit]',
  ],
  [
    'other-illness',
    'Do you have another lasting illness (such as diabetes, or of liver, kidneys or immune system)?',
    'Begin with half the dose for the first 1 to 2 weeks, and tell your doctor about the treatment.',
    'SYMBYX safety page: half dose with comorbidity [lit]',
  ],
  [
    'adverse-reaction',
    'Has light treatment given you a headache, nausea, dizziness or burnt skin?',
    'Stop the course. Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'SYMBYX manual: stop on headache, nausea, dizziness [lit]',
  ],
  [
    'new-red-flags',
    'Since your last answers, anything of this: trouble with bladder or bowel, numb between the legs, a weaker leg or arm, a fall, weight loss, pain that wakes you?',
    'This can be an emergency. Have a doctor look at it today; at night, call the emergency number. For a fall, weight loss or pain at night: soon.',
    'red flags of back pain, general practice [known]',
  ],
  [
    'fever-or-infection',
    'Do you have a fever or an infection today?',
    'No light today: have a doctor look at this first.',
    'red flags of back pain, general practice [known]; cautions of the same lists: contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'new-numbness',
    'Since your last answers, has skin in the area become numb?',
    'Do not treat this area with light. Have a doctor look at the numbness.',
    'contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'new-medicine',
    'Since your last answers, have you begun to take a medicine, or had an injection in the area?',
    'Ask your doctor or pharmacist whether it makes the skin sensitive to light. Ask your doctor or therapist first; if they agree, they can say so in an answers file.',
    'as photosensitising drugs and steroid injections',
  ],
  [
    'pregnancy',
    'Are you pregnant, or could you be?',
    'No light on back, belly or pelvis during pregnancy. Ask your doctor what may help instead.',
    'lumbar, abdominal and pelvic use, contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
  [
    'warm-or-cold-area',
    'Was the area warmed in the last 30 minutes (pack, bath, warming ointment), or cooled with ice in the last 60?',
    'Wash off any ointment and wait: 30 minutes after heat, 60 after ice. Light first, ice afterwards.',
    'De Marchi 2017, Khoshnevis 2015, DPL manual (ointments) [lit]; the times [eng]',
  ],
  [
    'skin-intact',
    'Is the skin under the belt whole: no wound, rash, sunburn or plaster?',
    'Wait until the skin has healed, or wear the belt where it is whole.',
    'contact with intact skin alone: ISO 10993-1 category of cleared belts [lit]',
  ],
  [
    'eyes-protected',
    'Are your eyes, and those of everybody near, protected from the light?',
    'Close the belt on the skin, have everybody near put on the protective eyewear, then start again.',
    'eyes in the field, contraindications: Enraf-Nonius Endolaser 120 manual p. 16, Navratil 2002, NAALT 2010 [lit]',
  ],
] as const;

const lineOf = (row: ScreeningQuestion): string => {
  const also = {
    visiblePulses: row.isForVisiblePulses,
    overridable: row.isOverridable,
    advice: row.isAdvice,
    momentary: row.isMomentary,
  };
  const marks = Object.entries(also).filter(([, is]) => is === true);
  return [
    row.id,
    row.kind,
    row.safe,
    row.forms.join('+'),
    row.sites?.join('+') ?? '-',
    marks.map(([mark]) => mark).join('+') || '-',
  ].join(' | ');
};

describe('the screening questions', () => {
  it('stand in this order, asked in these forms and for these sites', () => {
    expect(CONTRAINDICATIONS.map(lineOf)).toEqual(TABLE.trim().split('\n'));
  });

  it('ask, advise and name their source in these words', () => {
    expect(CONTRAINDICATIONS.map(({ id, words, remedy, source }) => [id, words, remedy, source])).toEqual(
      WORDS,
    );
  });

  it('are preceded by what is no reason against light', () => {
    expect(NOT_CONTRAINDICATED).toEqual({
      words: 'Not a reason against light: a pacemaker, and implants of metal or plastic.',
      source: 'Endolaser 120 manual, Harrington 2022 [lit]',
    });
  });

  it('are found by id, each by its own', () => {
    for (const question of CONTRAINDICATIONS) expect(questionOf(question.id)).toBe(question);
    expect(questionOf('nothing')).toBeUndefined();
  });
});
