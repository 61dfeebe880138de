// The hardware of a simulated belt: zones, emitters, battery. The built-in ones have the emitters that the
// built-in programs need; others come as JSON and are checked by hand, because a bench belt with a typo must say so.

export interface EmitterHardware {
  /** 0-based. */
  readonly zone: number;
  readonly wavelengthNm: number;
  /** Beam area at the skin. */
  readonly areaCm2: number;
  readonly radiantPowerMaxMw: number;
}

export interface BeltHardware {
  readonly name: string;
  readonly zoneCount: number;
  readonly hasButton: boolean;
  readonly batteryWh: number;
  readonly emitters: readonly EmitterHardware[];
}

const ZONE_LIMIT = 8;
const EMITTER_LIMIT = 16;
const FOUR_ZONES = [0, 1, 2, 3];

/** Four zones L1 to L4, each one 808 nm and one 650 nm emitter beside each other. Battery: one 2 Ah cell at 3.7 V. */
export const REFERENCE_BELT: BeltHardware = {
  name: 'reference',
  zoneCount: FOUR_ZONES.length,
  hasButton: true,
  batteryWh: 7.4,
  emitters: FOUR_ZONES.flatMap((zone) => [
    { zone, wavelengthNm: 808, areaCm2: 1, radiantPowerMaxMw: 100 },
    { zone, wavelengthNm: 650, areaCm2: 0.5, radiantPowerMaxMw: 5 },
  ]),
};

/**
 * Four fields of 5 cm². The trial gave 100 mW mean; the power is the most at any moment, so half duty needs twice that.
 * Diodes that pulse at watts for 200 ns are beyond what a belt can say of itself: 655 mW.
 */
const FIELD_904: BeltHardware = {
  ...REFERENCE_BELT,
  name: 'field-904',
  emitters: FOUR_ZONES.map((zone) => ({ zone, wavelengthNm: 904, areaCm2: 5, radiantPowerMaxMw: 200 })),
};

/** A quarter of a home belt in each zone: 14, 6, 2 and 5 diodes of 1, 2, 15 and 5 mW, on 0.16 cm² each. */
const HOME_MIXED: BeltHardware = {
  ...REFERENCE_BELT,
  name: 'home-mixed',
  emitters: FOUR_ZONES.flatMap((zone) => [
    { zone, wavelengthNm: 670, areaCm2: 2.24, radiantPowerMaxMw: 14 },
    { zone, wavelengthNm: 780, areaCm2: 0.96, radiantPowerMaxMw: 12 },
    { zone, wavelengthNm: 830, areaCm2: 0.32, radiantPowerMaxMw: 30 },
    { zone, wavelengthNm: 910, areaCm2: 0.8, radiantPowerMaxMw: 25 },
  ]),
};

/** Four pads of light-emitting diodes, three colours on each; areas and powers are choices of this project. */
const LED_PAD: BeltHardware = {
  ...REFERENCE_BELT,
  name: 'led-pad',
  emitters: FOUR_ZONES.flatMap((zone) => [
    { zone, wavelengthNm: 630, areaCm2: 6, radiantPowerMaxMw: 90 },
    { zone, wavelengthNm: 865, areaCm2: 6, radiantPowerMaxMw: 180 },
    { zone, wavelengthNm: 940, areaCm2: 6, radiantPowerMaxMw: 180 },
  ]),
};

/** Every built-in program runs on one of them. */
export const PROFILES: readonly BeltHardware[] = [REFERENCE_BELT, FIELD_904, HOME_MIXED, LED_PAD];

export type ProfileResult =
  { readonly ok: true; readonly profile: BeltHardware } | { readonly ok: false; readonly message: string };

const failed = (message: string): ProfileResult => ({ ok: false, message });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The number under `key` if it lies within [min, max], else words about what is wrong. */
function numberWithin(
  from: Readonly<Record<string, unknown>>,
  key: string,
  min: number,
  max: number,
  where: string,
): number | string {
  const value = from[key];
  if (typeof value !== 'number' || !(value >= min && value <= max))
    return `${where}${key}: expected a number from ${min} to ${max}, got ${words(value)}`;
  return value;
}

const unknownKey = (
  from: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): string | undefined => {
  const stranger = Object.keys(from).find((key) => !known.includes(key));
  return stranger === undefined
    ? undefined
    : `${where}${stranger}: unknown key, expected ${known.join(', ')}`;
};

const EMITTER_KEYS = ['zone', 'wavelengthNm', 'areaCm2', 'radiantPowerMaxMw'] as const;

function emitterFrom(value: unknown, index: number, zoneCount: number): EmitterHardware | string {
  const where = `emitters[${index}].`;
  if (!isObject(value)) return `emitters[${index}]: expected an object with ${EMITTER_KEYS.join(', ')}`;
  const stranger = unknownKey(value, EMITTER_KEYS, where);
  if (stranger !== undefined) return stranger;
  const zoneName = value['zone'];
  const match = typeof zoneName === 'string' ? /^L([1-8])$/.exec(zoneName) : null;
  const zone = match === null ? Number.NaN : Number(match[1]) - 1;
  if (!(zone < zoneCount)) return `${where}zone: expected "L1" to "L${zoneCount}", got ${words(zoneName)}`;
  const wavelengthNm = numberWithin(value, 'wavelengthNm', 400, 1400, where);
  if (typeof wavelengthNm === 'string') return wavelengthNm;
  const areaCm2 = numberWithin(value, 'areaCm2', 0.01, 100, where);
  if (typeof areaCm2 === 'string') return areaCm2;
  const radiantPowerMaxMw = numberWithin(value, 'radiantPowerMaxMw', 0.1, 500, where);
  if (typeof radiantPowerMaxMw === 'string') return radiantPowerMaxMw;
  return { zone, wavelengthNm, areaCm2, radiantPowerMaxMw };
}

/** Checks what a profile file holds; the message says which key is wrong and what was expected. */
export function profileFromJson(value: unknown): ProfileResult {
  if (!isObject(value)) return failed('expected an object with zoneCount and emitters');
  const stranger = unknownKey(value, ['name', 'zoneCount', 'hasButton', 'batteryWh', 'emitters'], '');
  if (stranger !== undefined) return failed(stranger);
  const zoneCount = numberWithin(value, 'zoneCount', 1, ZONE_LIMIT, '');
  if (typeof zoneCount === 'string') return failed(zoneCount);
  if (!Number.isInteger(zoneCount)) return failed('zoneCount: expected a whole number');
  const batteryWh =
    value['batteryWh'] === undefined
      ? REFERENCE_BELT.batteryWh
      : numberWithin(value, 'batteryWh', 0.1, 1000, '');
  if (typeof batteryWh === 'string') return failed(batteryWh);
  const hasButton = value['hasButton'] ?? true;
  if (typeof hasButton !== 'boolean') return failed('hasButton: expected true or false');
  const name = value['name'] ?? 'custom';
  if (typeof name !== 'string') return failed('name: expected a text');
  const list = value['emitters'];
  if (!Array.isArray(list) || !(list.length >= 1 && list.length <= EMITTER_LIMIT))
    return failed(`emitters: expected a list of 1 to ${EMITTER_LIMIT}`);
  const emitters: EmitterHardware[] = [];
  for (const [index, entry] of list.entries()) {
    const emitter = emitterFrom(entry, index, zoneCount);
    if (typeof emitter === 'string') return failed(emitter);
    emitters.push(emitter);
  }
  return { ok: true, profile: { name, zoneCount, hasButton, batteryWh, emitters } };
}

/** A built-in profile by name. */
export function profileByName(name: string): ProfileResult {
  const profile = PROFILES.find((candidate) => candidate.name === name);
  if (profile !== undefined) return { ok: true, profile };
  return failed(
    `no belt profile "${name}"; built in: ${PROFILES.map((known) => known.name).join(', ')}, or the path of a JSON file`,
  );
}
