// Figures as text. What may be too high and never too low is rounded the same way.

/** `0.05`, `12.5`: as many decimals as it has, at most four. */
export const plainNumber = (value: number): string => String(Number(value.toFixed(4)));

/** Far below the last digit shown: floating-point dust does not make 4 into 4.001. */
const DUST = 1e-6;

/** An upper bound stays one in print: 2.5075 is 2.508. */
export const roundedUp = (value: number, decimals: number): string => {
  const perUnit = 10 ** decimals;
  return (Math.ceil(value * perUnit - DUST) / perUnit).toFixed(decimals);
};
