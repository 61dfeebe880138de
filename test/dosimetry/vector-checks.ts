// What each reference vector asks for, computed by the functions under test. Inputs and outputs in the vectors' units.
import {
  computeBeamAreaCm2,
  computeCircleAreaCm2,
  computeEllipseAreaCm2,
  computeIrradianceMwPerCm2,
  SKIN_APERTURE_CM2,
} from '../../src/dosimetry/beam.ts';
import { correctionFactorC4 } from '../../src/dosimetry/correction-factors.ts';
import { computeExponentialDepthMwPerCm2, computeLossPerMmRatio } from '../../src/dosimetry/depth-models.ts';
import {
  computeCourseTotal,
  computeRadiantEnergyJ,
  computeRadiantExposureJPerCm2,
  computeTimeForEnergyS,
  computeTimeForExposureS,
  exposureTime,
} from '../../src/dosimetry/dose.ts';
import { checkDosage, findDosageRow } from '../../src/dosimetry/dosage-table.ts';
import {
  findLargeAreaCapMwPerCm2,
  skinExposureLimit,
  skinExposureRatio,
  skinRadiantPowerLimitMw,
} from '../../src/dosimetry/exposure-limits.ts';
import { findEyeLimit } from '../../src/dosimetry/eye-limits.ts';
import { computeClass1TimeS } from '../../src/dosimetry/laser-class.ts';
import { findEmissionLimit, type LimitedLaserClass } from '../../src/dosimetry/laser-limits.ts';
import { isWithinOutputAccuracy } from '../../src/dosimetry/measured-power.ts';
import { computeCumulativeFactor } from '../../src/dosimetry/pulse-rules.ts';
import {
  computeDutyCycle,
  computeMeanPowerMw,
  computePulseCount,
  computePulseEnergyJ,
  computePulseOnTimeS,
  computePulseWidthS,
} from '../../src/dosimetry/pulses.ts';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { valueOf } from './computed.ts';

type Inputs = Readonly<Record<string, unknown>>;
type Found = Readonly<Record<string, unknown>>;

const num = (inputs: Inputs, key: string): number => {
  const value = inputs[key];
  if (typeof value !== 'number') throw new Error(`${key} is no number`);
  return value;
};
const list = (inputs: Inputs, key: string): readonly number[] => inputs[key] as readonly number[];

const J_PER_M2 = 1e4;
const skinJPerM2 = (nm: number, s: number) => valueOf(findSkinLimit(nm, s)).radiantExposureJPerCm2 * J_PER_M2;
const skinLongMwPerCm2 = (nm: number): number => {
  const limit = skinExposureLimit(nm);
  if (!limit.ok) throw new Error(limit.problem);
  return limit.irradianceMwPerCm2;
};
const aelMw = (laserClass: LimitedLaserClass, nm: number, s: number): number =>
  valueOf(findEmissionLimit(laserClass, nm, s)).radiantPowerMw;
/** The time base of class 2 and of visible class 3R is 0.25 s. */
const ael3RMw = (nm: number): number => aelMw('3R', nm, nm < 700 ? 0.25 : 10.001);

const powerOverArea = (inputs: Inputs): Found => {
  const powerMw = num(inputs, 'P_W') * 1000;
  const area = num(inputs, 'area_cm2');
  return {
    H_J_cm2: valueOf(computeRadiantExposureJPerCm2(powerMw, num(inputs, 't_s'), area)),
    Q_J: valueOf(computeRadiantEnergyJ(powerMw, num(inputs, 't_s'))),
    E_mW_cm2: valueOf(computeIrradianceMwPerCm2(powerMw, area)),
  };
};

const waltCheck = (inputs: Inputs) =>
  valueOf(
    checkDosage(valueOf(findDosageRow('lumbar-spine', 808)), {
      pointEnergyJ: num(inputs, 'J_per_point'),
      pointCount: num(inputs, 'points'),
      meanPowerMw: num(inputs, 'P_mW'),
      areaCm2: num(inputs, 'area_cm2'),
    }),
  );
const waltFound = (inputs: Inputs): Found => {
  const check = waltCheck(inputs);
  const kinds = check.findings.map(({ kind }) => kind);
  return {
    t_s: check.pointTimeS,
    E_mW_cm2: check.irradianceMwPerCm2,
    time_ok: !kinds.includes('timeOutside'),
    irr_ok: !kinds.includes('irradianceAbove'),
  };
};

export const vectorChecks: Readonly<Record<string, (inputs: Inputs) => Found>> = {
  A01: (inputs) => ({ area_cm2: valueOf(computeCircleAreaCm2(num(inputs, 'd_cm'))) }),
  A02: (inputs) => ({ area_cm2: valueOf(computeEllipseAreaCm2(num(inputs, 'a_cm'), num(inputs, 'b_cm'))) }),
  A03a: powerOverArea,
  A03c: powerOverArea,
  A04: (inputs) => {
    const time = valueOf(computeTimeForExposureS(num(inputs, 'H_J_cm2'), num(inputs, 'E_mW_cm2')));
    return {
      t_s: time,
      area_cm2: valueOf(computeBeamAreaCm2(num(inputs, 'P_mW'), num(inputs, 'E_mW_cm2'))),
      Q_J: valueOf(computeRadiantEnergyJ(num(inputs, 'P_mW'), time)),
      four_fields_t_s: valueOf(computeCourseTotal(4, time)),
      four_fields_H_sum_J_cm2: valueOf(computeCourseTotal(4, num(inputs, 'H_J_cm2'))),
      course_15_sessions_J_cm2: valueOf(computeCourseTotal(15, 4 * num(inputs, 'H_J_cm2'))),
    };
  },
  A05: (inputs) => {
    const peakMw = num(inputs, 'peak_W') * 1000;
    const duty = valueOf(computeDutyCycle(num(inputs, 'f_Hz'), num(inputs, 'tau_s')));
    const meanMw = valueOf(computeMeanPowerMw(peakMw, duty));
    const time = valueOf(computeTimeForEnergyS(num(inputs, 'Q_target_J'), meanMw));
    return {
      duty,
      Pavg_mW: meanMw,
      Qpulse_uJ: valueOf(computePulseEnergyJ(peakMw, num(inputs, 'tau_s'))) * 1e6,
      t_s: time,
      pulses: valueOf(computePulseCount(num(inputs, 'f_Hz'), time)),
    };
  },
  A06: (inputs) => {
    const pulse = { frequencyHz: num(inputs, 'f_Hz'), dutyCycle: num(inputs, 'duty') };
    const time = num(inputs, 't_s');
    const meanMw = valueOf(computeMeanPowerMw(num(inputs, 'peak_mW'), pulse.dutyCycle));
    return {
      Pavg_mW: meanMw,
      Q_J: valueOf(computeRadiantEnergyJ(meanMw, time)),
      on_s: valueOf(computePulseOnTimeS(time, pulse.dutyCycle)),
      pulses: valueOf(computePulseCount(pulse.frequencyHz, time)),
      ton_ms: valueOf(computePulseWidthS(pulse)) * 1000,
    };
  },
  A07: (inputs) => {
    const time = valueOf(
      exposureTime({
        irradianceMwPerCm2: num(inputs, 'E0_mW_cm2'),
        radiantExposureJPerCm2: num(inputs, 'H_J_cm2'),
        rampUpS: num(inputs, 'ramp_up_s'),
        rampDownS: num(inputs, 'ramp_down_s'),
      }),
    );
    return { plateau_s: time.plateauS, total_on_s: time.onS };
  },
  A12: (inputs) => {
    const check = waltCheck(inputs);
    return {
      ...waltFound(inputs),
      total_J: check.totalEnergyJ,
      window_J: [check.windowMinJ, check.windowMaxJ],
      reduced_30pct_J: check.reducedTotalJ,
    };
  },
  A12b: waltFound,
  A12c: waltFound,
  A13: (inputs) => ({
    E_mW_cm2: valueOf(
      computeExponentialDepthMwPerCm2(num(inputs, 'E0_mW_cm2'), num(inputs, 'z_mm'), num(inputs, 'delta_mm')),
    ),
  }),
  A14: (inputs) => ({ f: list(inputs, 'z_mm').map((mm) => valueOf(computeLossPerMmRatio(mm))) }),
  B_C4: (inputs) => ({ C4: valueOf(correctionFactorC4(num(inputs, 'nm'))) }),
  B01: (inputs) => ({ mW_cm2: list(inputs, 'nm').map(skinLongMwPerCm2) }),
  B03: (inputs) => {
    const nm = num(inputs, 'nm');
    const low = skinJPerM2(nm, num(inputs, 't_s'));
    // The upper branch holds just above 10 s.
    const high = skinJPerM2(nm, num(inputs, 't_s') * (1 + 1e-12));
    return { H_low_J_m2: low, H_high_J_m2: high, ratio: low / high };
  },
  B04: (inputs) => ({
    area_cm2: valueOf(computeCircleAreaCm2(num(inputs, 'aperture_mm') / 10)),
    mW: list(inputs, 'nm').map((nm) => skinLongMwPerCm2(nm) * SKIN_APERTURE_CM2),
  }),
  B05: (inputs) => {
    const pairs = inputs['E'] as readonly (readonly [number, number])[];
    const index = valueOf(
      skinExposureRatio(
        pairs.map(([wavelengthNm, irradianceMeanMwPerCm2]) => ({
          wavelengthNm,
          irradianceMeanMwPerCm2,
          durationS: 600,
        })),
      ),
    );
    return { index, ok: index <= 1 };
  },
  B06: (inputs) => ({ mW: list(inputs, 'nm').map((nm) => aelMw('1', nm, 100)) }),
  B07: (inputs) => ({ mW: list(inputs, 'nm').map(ael3RMw) }),
  B08: (inputs) => ({
    t_s: list(inputs, 'P_mW').map((mw) => valueOf(computeClass1TimeS(num(inputs, 'nm'), mw))),
  }),
  B11: (inputs) => ({ Cp: valueOf(computeCumulativeFactor(num(inputs, 'N'))) }),
  B14: (inputs) => ({
    cap_mW_cm2: list(inputs, 'A_cm2').map((area) => valueOf(findLargeAreaCapMwPerCm2(area)) ?? null),
  }),
  B17: (inputs) => ({
    ok: list(inputs, 'meas_mW').map((mw) => isWithinOutputAccuracy(num(inputs, 'set_mW'), mw)),
  }),
};

export const wavelengthChecks: Readonly<Record<string, (nm: number) => unknown>> = {
  nm: (nm) => nm,
  C4: (nm) => valueOf(correctionFactorC4(nm)),
  skin_long_mW_cm2: skinLongMwPerCm2,
  skin_3p5mm_mW: (nm) => valueOf(skinRadiantPowerLimitMw(nm)),
  skin_H_1ms_J_m2: (nm) => skinJPerM2(nm, 1e-3),
  skin_H_0p1s_J_m2: (nm) => skinJPerM2(nm, 0.1),
  skin_H_1s_J_m2: (nm) => skinJPerM2(nm, 1),
  skin_H_10s_low_branch_J_m2: (nm) => skinJPerM2(nm, 10),
  skin_H_60s_J_cm2: (nm) => valueOf(findSkinLimit(nm, 60)).radiantExposureJPerCm2,
  skin_H_600s_J_cm2: (nm) => valueOf(findSkinLimit(nm, 600)).radiantExposureJPerCm2,
  skin_H_1200s_J_cm2: (nm) => valueOf(findSkinLimit(nm, 1200)).radiantExposureJPerCm2,
  eye_long_W_m2: (nm) => valueOf(findEyeLimit(nm, 100)).irradianceMwPerCm2 * 10,
  AEL1_mW: (nm) => aelMw('1', nm, 100),
  AEL2_mW: (nm) => (nm < 700 ? aelMw('2', nm, 0.25) : findEmissionLimit('2', nm, 0.25).ok ? NaN : null),
  AEL3R_mW: ael3RMw,
  AEL3B_mW: (nm) => aelMw('3B', nm, 100),
};
