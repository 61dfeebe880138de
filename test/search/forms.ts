// How much is searched: a short form for every change, and a long one for a proof.
import { shippedLogic, shortLogic } from './logic.ts';
import { SHORT_ALPHABET, type SearchOptions } from './search.ts';
import { BELT_STATES, DEVIATIONS, type DeviationName, type TickAlphabet } from './ticks.ts';

const ALL = Object.keys(DEVIATIONS).map((name) => name as DeviationName);

/** Every state of the belt with every single deviation. */
export const LONG_ALPHABET: TickAlphabet = {
  states: BELT_STATES,
  single: ALL,
  // What contradicts itself: dark and lit, stopped and lit, old and wrong.
  pairs: [
    ['strayLight', 'latched'],
    ['noContact', 'oldEpoch'],
    ['hot', 'notLit'],
    ['latched', 'saysEmission'],
    ['saysHot', 'forgotten'],
    ['nextEpoch', 'noContact'],
  ],
};

export const SHORT_FORM: SearchOptions = {
  logic: shortLogic,
  grain: 'coarse',
  alphabet: SHORT_ALPHABET,
  statesMax: 4000,
  twinEvery: 0,
  unaskedEvery: 64,
};

export const LONG_FORM: SearchOptions = {
  logic: shippedLogic,
  grain: 'coarse',
  alphabet: LONG_ALPHABET,
  statesMax: 40_000,
  twinEvery: 400,
  unaskedEvery: 16,
};
