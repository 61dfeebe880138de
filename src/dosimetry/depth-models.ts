// Irradiance below the skin. Models, not measurements: each depth constant is an assumption, so nothing here may become
// a limit or a reason for more light at the surface. To show, never to command.
import { compute, mustBePositive, mustNotBeNegative, type Computed } from './computed.ts';

/** 7.5 % lost in each mm, compounding: reproduces the printed factors of the Konftec treatment-time table. */
export const LOSS_RATIO_PER_MM = 0.075;

/** E(z) = E₀·e^(−z/δ). */
export const computeExponentialDepthMwPerCm2 = (
  surfaceIrradianceMwPerCm2: number,
  depthMm: number,
  penetrationDepthMm: number,
): Computed<number> =>
  compute(
    mustNotBeNegative(surfaceIrradianceMwPerCm2, 'irradiance') ??
      mustNotBeNegative(depthMm, 'depth') ??
      mustBePositive(penetrationDepthMm, 'penetration depth'),
    () => surfaceIrradianceMwPerCm2 * Math.exp(-depthMm / penetrationDepthMm),
  );

/** Share of the surface irradiance left at a depth: 0.925^(z/mm). */
export const computeLossPerMmRatio = (depthMm: number): Computed<number> =>
  compute(mustNotBeNegative(depthMm, 'depth'), () => (1 - LOSS_RATIO_PER_MM) ** depthMm);
