// The beam at the skin: areas, irradiance, Gaussian profile, and the average over a limiting aperture. The area that
// counts is the lit skin, never the aperture of the diode: a diode is smaller, and its dose would look larger.
import { compute, mustBePositive, mustNotBeNegative, type Computed } from './computed.ts';

/** Limiting apertures of 2006/25/EC annex II: skin 3.5 mm (table 2.4), eye 7 mm (table 2.2), both for 400 to 1400 nm. */
export const SKIN_APERTURE_DIAMETER_CM = 0.35;
export const EYE_APERTURE_DIAMETER_CM = 0.7;

const circleCm2 = (diameterCm: number): number => (Math.PI * diameterCm * diameterCm) / 4;
export const SKIN_APERTURE_CM2 = circleCm2(SKIN_APERTURE_DIAMETER_CM);
export const EYE_APERTURE_CM2 = circleCm2(EYE_APERTURE_DIAMETER_CM);

/** A = πd²/4. */
export const computeCircleAreaCm2 = (diameterCm: number): Computed<number> =>
  compute(mustBePositive(diameterCm, 'diameter'), () => circleCm2(diameterCm));

/** A = πab/4; `a` and `b` are the full axes, not the half ones. */
export const computeEllipseAreaCm2 = (axisACm: number, axisBCm: number): Computed<number> =>
  compute(
    mustBePositive(axisACm, 'axis') ?? mustBePositive(axisBCm, 'axis'),
    () => (Math.PI * axisACm * axisBCm) / 4,
  );

/** E = P/A, in mW/cm². */
export const computeIrradianceMwPerCm2 = (radiantPowerMw: number, areaCm2: number): Computed<number> =>
  compute(
    mustNotBeNegative(radiantPowerMw, 'power') ?? mustBePositive(areaCm2, 'beam area'),
    () => radiantPowerMw / areaCm2,
  );

/** A = P/E, in cm²: how large the lit skin must be. */
export const computeBeamAreaCm2 = (radiantPowerMw: number, irradianceMwPerCm2: number): Computed<number> =>
  compute(
    mustBePositive(radiantPowerMw, 'power') ?? mustBePositive(irradianceMwPerCm2, 'irradiance'),
    () => radiantPowerMw / irradianceMwPerCm2,
  );

/**
 * What an exposure limit is compared with. A beam smaller than the limiting aperture counts over the aperture; a larger
 * one over its own area.
 */
export const averageOverApertureMwPerCm2 = (
  radiantPowerMw: number,
  areaCm2: number,
  apertureCm2: number = SKIN_APERTURE_CM2,
): Computed<number> =>
  compute(
    mustNotBeNegative(radiantPowerMw, 'power') ??
      mustBePositive(areaCm2, 'beam area') ??
      mustBePositive(apertureCm2, 'aperture area'),
    () => radiantPowerMw / Math.max(areaCm2, apertureCm2),
  );

const guardGaussian = (radiantPowerMw: number, beamRadiusCm: number) =>
  mustNotBeNegative(radiantPowerMw, 'power') ?? mustBePositive(beamRadiusCm, 'beam radius');

/** E_peak = 2P/(πw²); `beamRadiusCm` is the 1/e² radius w. */
export const computeGaussianPeakMwPerCm2 = (radiantPowerMw: number, beamRadiusCm: number): Computed<number> =>
  compute(
    guardGaussian(radiantPowerMw, beamRadiusCm),
    () => (2 * radiantPowerMw) / (Math.PI * beamRadiusCm * beamRadiusCm),
  );

/** P/(πw²): the whole power over the 1/e² area, half the peak. */
export const computeGaussianMeanMwPerCm2 = (radiantPowerMw: number, beamRadiusCm: number): Computed<number> =>
  compute(
    guardGaussian(radiantPowerMw, beamRadiusCm),
    () => radiantPowerMw / (Math.PI * beamRadiusCm * beamRadiusCm),
  );

/** 1 − e^(−2r²/w²): the share of the power inside radius r. */
export const computeGaussianFraction = (radiusCm: number, beamRadiusCm: number): Computed<number> =>
  compute(
    mustNotBeNegative(radiusCm, 'radius') ?? mustBePositive(beamRadiusCm, 'beam radius'),
    // expm1: a small hole in a wide beam loses no digits. The ratio is squared, so that no square can overflow alone.
    () => -Math.expm1(-2 * (radiusCm / beamRadiusCm) ** 2),
  );
