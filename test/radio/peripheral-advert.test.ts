// What a belt says to everybody who passes by.
import { afterEach, describe, expect, it } from 'vitest';
import { SERVICE_UUID } from '../../protocol/gatt.ts';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { startRadioSession, type RadioSession } from './support/radio-session.ts';

const FLAGS = 0x01;
/** bleno calls its lists incomplete and its names shortened, whole as they are. */
const UUIDS_128 = 0x06;
const NAME = 0x08;

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

describe('an advert', () => {
  it('carries its service and its name alone, whatever the belt does', async () => {
    rig = await startRadioSession(programOf([[zoneOf(0, { radiantExposureJPerCm2: 1 })]]), {
      isSealed: true,
    });
    const { belt, served } = rig;
    const heard = new Set<string>();
    const listen = (): void => void heard.add(Buffer.concat([...served.controller.advert]).toString('hex'));
    listen();
    await rig.until('emitting');
    await rig.run(500);
    expect(belt.truth().emission).toBe(true);
    listen();
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    await rig.untilOver();
    listen();
    belt.openPairingWindow();
    await rig.run(500);
    listen();
    expect(heard.size).toBe(1);

    const structures = structuresOf(served.controller.advert);
    expect([...structures.keys()].sort()).toEqual([FLAGS, UUIDS_128, NAME]);
    const uuid = Buffer.from(structures.get(UUIDS_128) ?? []).reverse();
    expect(uuid.toString('hex')).toBe(SERVICE_UUID);
    expect(structures.get(NAME)?.toString()).toBe(belt.advertisedName);
    expect(belt.advertisedName).toBe(`laserbelt-${belt.beltId.slice(0, 4)}`);
  });
});
