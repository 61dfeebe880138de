import { describe, expect, it } from 'vitest';
import { fromHex } from '../../protocol/bytes.ts';
import type { SessionRecord } from '../../protocol/messages.ts';
import { createOpenRig, TAG } from './support/rig.ts';

const RECORD: SessionRecord = {
  number: 12,
  kind: 'closed',
  cause: 'stopped',
  sessionTag: fromHex(TAG)!,
  bootCount: 3,
  startUptimeMs: 1000,
  durationMs: 61_000,
  hazards: 0b10000,
  entries: [
    {
      step: 0,
      zone: 1,
      emitter: 1,
      status: 'done',
      prescribedTenMicroJPerCm2: 400_000,
      deliveredTenMicroJPerCm2: 399_900,
      emissionCentiS: 4321,
    },
  ],
};

describe('reading a session record', () => {
  it('asks for the session by its tag and tells it in the units of a clinician', () => {
    const rig = createOpenRig();
    const requests: string[] = [];
    rig.scripted.recordScript = (request) => {
      requests.push(request.op);
      return { code: 'ok', record: RECORD };
    };
    rig.belt.readRecord(TAG);
    rig.belt.readRecord('newest');
    expect(requests).toEqual(['bySession', 'last']);
    expect(rig.of('belt.record')).toHaveLength(2);
    expect(rig.of('belt.record')[0]?.found).toEqual({
      number: 12,
      kind: 'closed',
      cause: 'stopped',
      sessionTag: TAG,
      durationMs: 61_000,
      hazards: 0b10000,
      entries: [
        {
          step: 0,
          zone: 1,
          wavelengthNm: 650,
          status: 'done',
          prescribedJPerCm2: 4,
          deliveredJPerCm2: 3.999,
          emissionMs: 43_210,
        },
      ],
    });
  });

  it('says none when the belt has none, without asking again', () => {
    const rig = createOpenRig();
    rig.belt.readRecord(TAG);
    rig.clock.advance(10_000);
    expect(rig.of('belt.record')).toMatchObject([{ found: 'none' }]);
  });

  it('repeats a broken transfer, at most twice', () => {
    for (const brokenCount of [0, 1, 2, 3]) {
      const rig = createOpenRig();
      let asked = 0;
      rig.scripted.recordScript = () =>
        asked++ < brokenCount
          ? { code: 'ok', record: RECORD, dropSegment: 2 }
          : { code: 'ok', record: RECORD };
      rig.belt.readRecord(TAG);
      rig.clock.advance(10_000);
      expect(asked).toBe(Math.min(brokenCount + 1, 3));
      expect(rig.of('belt.record')).toHaveLength(1);
      expect(rig.of('belt.record')[0]?.found === 'failed').toBe(brokenCount === 3);
    }
  });

  it('ends within 5 s when the belt never answers, or is busy for ever', () => {
    for (const answer of [undefined, { code: 'busy' as const }]) {
      const rig = createOpenRig();
      rig.scripted.recordScript = () => answer;
      rig.belt.readRecord(TAG);
      rig.clock.advance(5000);
      expect(rig.of('belt.record')).toMatchObject([{ found: 'failed' }]);
      expect(rig.clock.nextDeadlineMs()).toBeUndefined();
    }
  });

  it('does not take the record of another session for the one it asked for', () => {
    const rig = createOpenRig();
    rig.scripted.recordScript = () => ({
      code: 'ok',
      record: { ...RECORD, sessionTag: fromHex('ffffffffffffffff')! },
    });
    rig.belt.readRecord(TAG);
    rig.clock.advance(5000);
    expect(rig.of('belt.record')).toMatchObject([{ found: 'failed' }]);
  });

  it('a record that names an emitter which the belt does not have makes no sense', () => {
    const rig = createOpenRig();
    const entries = RECORD.entries.map((entry) => ({ ...entry, emitter: 7 }));
    rig.scripted.recordScript = () => ({ code: 'ok', record: { ...RECORD, entries } });
    rig.belt.readRecord(TAG);
    expect(rig.of('belt.record')).toMatchObject([{ found: 'failed' }]);
    expect(rig.of('belt.badFrame')).toHaveLength(1);
  });

  it('one at a time, and a tag that is none is refused', () => {
    const rig = createOpenRig();
    rig.scripted.recordScript = () => undefined;
    rig.belt.readRecord(TAG);
    rig.belt.readRecord('newest');
    rig.belt.readRecord('not a tag');
    expect(rig.of('belt.record').map((event) => event.found)).toEqual(['failed', 'failed']);
  });
});
