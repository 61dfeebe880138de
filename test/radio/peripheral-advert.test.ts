// What a belt says to everybody who passes by.
import { afterEach, describe, expect, it } from 'vitest';
import { decodeAdvert } from '../../protocol/advert.ts';
import { SERVICE_UUID } from '../../protocol/gatt.ts';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { until } from './support/radio-pair.ts';
import { startRadioSession, type RadioSession } from './support/radio-session.ts';

const FLAGS = 0x01;
const UUIDS_128 = 0x07;
const NAME = 0x09;
const MANUFACTURER = 0xff;
const ADVERT_MAX_BYTES = 31;

let rig: RadioSession;
afterEach(() => rig.dispose());

/** Structures of `length | type | value`, over advertising data and scan response, by type. */
function structuresOf(parts: readonly Buffer[]): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 1 + part[at]!) {
      const length = part[at]!;
      if (length > 0) found.set(part[at + 1]!, part.subarray(at + 2, at + 1 + length));
    }
  }
  return found;
}

const program = programOf([[zoneOf(0, { radiantExposureJPerCm2: 1 })]]);

describe('an advert', () => {
  it('carries service, name, protocol version, state, pairing window and a short id, and nothing else', async () => {
    rig = await startRadioSession(program, { isSealed: true });
    const { belt, served } = rig;
    const heard = (): ReadonlyMap<number, Buffer> => structuresOf(served.controller.advert);
    const says = () => decodeAdvert(heard().get(MANUFACTURER) ?? Buffer.alloc(0));
    const shortId = belt.beltId.slice(0, 6);
    expect([...heard().keys()].sort((one, other) => one - other)).toEqual([
      FLAGS,
      UUIDS_128,
      NAME,
      MANUFACTURER,
    ]);
    for (const part of served.controller.advert) expect(part.length).toBeLessThanOrEqual(ADVERT_MAX_BYTES);
    const uuid = Buffer.from(heard().get(UUIDS_128) ?? []).reverse();
    expect(uuid.toString('hex')).toBe(SERVICE_UUID);
    expect(heard().get(NAME)?.toString()).toBe(belt.advertisedName);

    await rig.until('emitting');
    await rig.run(500);
    expect(belt.truth().emission).toBe(true);
    await until(() => says()?.state === 'armed');
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    await rig.untilOver();
    await until(() => says()?.state === 'ended' || says()?.state === 'standby');
    belt.openPairingWindow();
    await until(() => says()?.isPairingWindowOpen === true);
    expect(says()?.shortId).toBe(shortId);
  });
});
