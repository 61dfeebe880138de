// Options that several commands take.
import { InvalidArgumentError, Option } from 'commander';

const SPEED_MAX = 1000;
const SEED_MAX = 0xffffffff;

/** For commander: a number in decimal digits, or its error. */
export function numberBetween(lowest: number, highest: number, isWhole: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isDecimal = /^\d+(\.\d+)?$/.test(text);
    if (isDecimal && value >= lowest && value <= highest && (!isWhole || Number.isInteger(value)))
      return value;
    throw new InvalidArgumentError(
      `Expected a ${isWhole ? 'whole ' : ''}number from ${lowest} to ${highest}.`,
    );
  };
}

const collect = (spec: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  spec,
];

export const speedOption = (): Option =>
  new Option('--speed <n>', 'how many times real time, embedded simulated belt only (1 to 1000)').argParser(
    numberBetween(1, SPEED_MAX, false),
  );
export const seedOption = (): Option =>
  new Option('--seed <n>', 'the simulated belt’s random numbers').argParser(numberBetween(0, SEED_MAX, true));
export const faultOption = (): Option =>
  new Option(
    '--fault <spec>',
    'a fault of the simulated belt (repeatable; see laserbelt sim faults)',
  ).argParser(collect);
