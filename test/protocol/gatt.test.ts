import { describe, expect, it } from 'vitest';
import {
  ATT_ERROR,
  BODY_MAX_BYTES,
  CHARACTERISTICS,
  FRAME_MAX_BYTES,
  GATT,
  characteristicOfSlot,
  characteristicOfUuid,
} from '../../protocol/gatt.ts';
import { FEATURE_MAX_BYTES } from '../../protocol/features.ts';
import { VALUE_MAX_BYTES } from '../../protocol/gatt.ts';

describe('the GATT table', () => {
  it('has one UUID and one slot per characteristic, lower case without dashes', () => {
    const uuids = CHARACTERISTICS.map((name) => GATT[name].uuid);
    expect(new Set(uuids).size).toBe(CHARACTERISTICS.length);
    expect(new Set(CHARACTERISTICS.map((name) => GATT[name].slot)).size).toBe(CHARACTERISTICS.length);
    for (const uuid of uuids) expect(uuid).toMatch(/^([0-9a-f]{32}|[0-9a-f]{4})$/);
  });

  it('never notifies and indicates on one, and never reads and notifies on one of its own', () => {
    for (const name of CHARACTERISTICS) {
      const { properties, serviceUuid } = GATT[name];
      expect(properties.includes('notify') && properties.includes('indicate')).toBe(false);
      if (serviceUuid !== '180f')
        expect(properties.includes('read') && properties.includes('notify')).toBe(false);
    }
  });

  it('takes a STOP with and without response, and a lease only without', () => {
    expect(GATT.stop.properties).toEqual(['write', 'writeWithoutResponse']);
    expect(GATT.lease.properties).toEqual(['writeWithoutResponse']);
  });

  it('finds a characteristic by slot, and by UUID in any case, with or without dashes', () => {
    for (const name of CHARACTERISTICS) {
      expect(characteristicOfSlot(GATT[name].slot)).toBe(name);
      expect(characteristicOfUuid(GATT[name].uuid.toUpperCase())).toBe(name);
    }
    expect(characteristicOfUuid('D24F0005-8AC1-4E0B-B693-7A5B1E90C364')).toBe('stop');
    expect(characteristicOfUuid('2a00')).toBeUndefined();
    expect(characteristicOfSlot(0)).toBeUndefined();
  });

  it('never answers an ATT error that starts pairing or wedges a client: 04, 05, 08, 0F', () => {
    const errors: readonly number[] = Object.values(ATT_ERROR);
    for (const forbidden of [0x04, 0x05, 0x08, 0x0f]) expect(errors).not.toContain(forbidden);
  });

  it('leaves room in every frame for the sealed envelope: 3 bytes of header and 8 of tag', () => {
    expect(BODY_MAX_BYTES + 3 + 8).toBeLessThanOrEqual(FRAME_MAX_BYTES);
    expect(FEATURE_MAX_BYTES).toBeLessThanOrEqual(VALUE_MAX_BYTES);
  });
});
