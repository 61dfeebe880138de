// How near the light of a plan comes to what skin may take: irradiance ÷ limit, zone by zone. Pure.
import type { PrescribedZone } from '../belt/belt.ts';
import { exposureTime } from '../dosimetry/dose.ts';
import { skinExposureLimit, skinSourceRatio } from '../dosimetry/exposure-limits.ts';
import type { LimitingRule } from '../dosimetry/pulse-rules.ts';
import type { SessionProgram } from '../plan/plan.ts';
import type { ZoneHeating } from '../plan/skin.ts';
import { renderWideTable, wrapText } from './wrap.ts';

/** One zone and wavelength, in the step in which it comes nearest to its limit. */
export interface ZoneExposure {
  readonly zone: string;
  readonly wavelengthNm: number;
  /** Mean over a pulse period. */
  readonly irradianceMwPerCm2: number;
  /** For 10 s and longer. */
  readonly limitMwPerCm2: number;
  /** Exposure over limit by the rule that comes nearest; at most 1 is allowed. NaN is no answer, and shown as one. */
  readonly exposureRatio: number;
  readonly rule: LimitingRule;
}

function exposureOf(zone: PrescribedZone): ZoneExposure {
  const { wavelengthNm, irradianceMwPerCm2 } = zone;
  const time = exposureTime(zone);
  const limit = skinExposureLimit(wavelengthNm);
  const ratio = skinSourceRatio({
    wavelengthNm,
    irradianceMeanMwPerCm2: irradianceMwPerCm2,
    durationS: time.ok ? time.value.onS : NaN,
    pulse:
      zone.pulseFrequencyHz === 0
        ? undefined
        : { frequencyHz: zone.pulseFrequencyHz, dutyCycle: zone.dutyCycle },
  });
  return {
    zone: `L${zone.zone + 1}`,
    wavelengthNm,
    irradianceMwPerCm2,
    limitMwPerCm2: limit.ok ? limit.irradianceMwPerCm2 : NaN,
    exposureRatio: ratio.ok ? ratio.value.ratio : NaN,
    rule: ratio.ok ? ratio.value.rule : 'wholeExposure',
  };
}

/** Each zone and wavelength once. Steps follow each other, so that no two of them light one skin at once. */
export function zoneExposures(programs: readonly SessionProgram[]): readonly ZoneExposure[] {
  const highest = new Map<string, ZoneExposure>();
  for (const zone of programs.flatMap(({ prescription }) => prescription.steps.flat())) {
    const found = exposureOf(zone);
    const key = `${found.zone} ${found.wavelengthNm}`;
    const before = highest.get(key);
    if (before === undefined || !(found.exposureRatio <= before.exposureRatio)) highest.set(key, found);
  }
  return [...highest.values()].sort(
    (left, right) => left.zone.localeCompare(right.zone) || left.wavelengthNm - right.wavelengthNm,
  );
}

const RULE_WORDS: Readonly<Record<LimitingRule, string>> = {
  wholeExposure: '',
  singlePulse: 'by a single pulse',
  pulseGroup: 'by a group of pulses',
  pulseTrain: 'by the pulse train',
};

export function renderExposures(exposures: readonly ZoneExposure[], columns: number): readonly string[] {
  const rows = exposures.map((exposure) => [
    exposure.zone,
    `${exposure.wavelengthNm} nm`,
    `${exposure.irradianceMwPerCm2.toFixed(1)} mW/cm²`,
    `${exposure.limitMwPerCm2.toFixed(1)} mW/cm²`,
    [exposure.exposureRatio.toFixed(3), RULE_WORDS[exposure.rule]].join(' ').trimEnd(),
  ]);
  return [
    ...wrapText(
      'Skin exposure: irradiance ÷ limit, at most 1. The limit for 10 s and longer is 200 mW/cm² × C4; C4 is 1 below ' +
        '700 nm, then 10^(0.002 × (nm − 700)) to 1050 nm (2006/25/EC). Pulses are judged one by one and in groups as well.',
      columns,
    ),
    ...renderWideTable(['zone', 'light', 'irradiance', '÷ limit', '= part of it'], rows, columns),
  ];
}

/** Zones that come to the same are one line. */
export function renderHeating(skin: readonly ZoneHeating[], columns: number): readonly string[] {
  const zonesOfWords = new Map<string, string[]>();
  for (const { zone, skinTemperatureMaxC, thermalDoseMin } of [...skin].sort(
    (left, right) => left.zone - right.zone,
  )) {
    const words = `${skinTemperatureMaxC.toFixed(1)} °C at most, thermal dose ${thermalDoseMin.toFixed(2)} min`;
    const zones = zonesOfWords.get(words);
    if (zones === undefined) zonesOfWords.set(words, [`L${zone + 1}`]);
    else zones.push(`L${zone + 1}`);
  }
  return [
    ...wrapText(
      'Skin temperature, predicted from skin at 37 °C, the warmest on which light may begin. Warning at 41 °C or a ' +
        'thermal dose of 1 min at 43 °C; refused from 43 °C or 2 min.',
      columns,
    ),
    ...[...zonesOfWords].flatMap(([words, zones]) =>
      wrapText(`${zones.join(', ')}: ${words}`, columns, '', '  '),
    ),
  ];
}
