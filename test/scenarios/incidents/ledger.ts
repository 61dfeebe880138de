// Rows 1 to 3, 7 and 10: what was given, what was told, and what the book has of it.
import type { BeltRecord } from '../../../src/belt/belt.ts';
import type { DoseBookPort } from '../../../src/ledger/dose-book.ts';
import { startRig, TAG, type Rig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import {
  bookedJPerCm2,
  BOOKED,
  isBooked,
  isLitAfter,
  nextStart,
  over,
  type Check,
  type Incident,
  ONE_ZONE,
} from './incident.ts';

const PRESCRIBED_J_PER_CM2 = 0.5;
const L1 = 'L1/808';
const delivered = (rig: Rig): number => rig.delivered().get(L1) ?? 0;

/** The link is gone for long: whatever the belt did, the controller had to call it failed. */
const LOST = 'link-drop@5s:for=20s';

const FALSE_FAILURE: Incident = {
  name: 'false-failure-retry',
  defect: 'what was told as failed is forgotten, and every retry is a first start',
  killedBy: 'no retry gives light again',
  play(isDefective, check) {
    const rig = startRig({ program: ONE_ZONE, faults: [LOST] });
    check('the person is told that it failed', (over(rig, check)?.exitCode ?? 0) !== 0);
    rig.run(30_000);
    const first = delivered(rig);
    const lines = rig.book.lines();
    rig.belt.inject('frame-loss:for=60s,rate=1,characteristic=recordAccess');
    for (let attempt = 1; attempt <= 4; attempt++) {
      // At first nobody can ask the belt what became of it, then everybody can.
      if (attempt === 3) rig.run(60_000);
      const retry = nextStart(rig, `0011223344556${attempt}bb`, {
        program: ONE_ZONE,
        bookLines: isDefective ? [] : lines,
        ...(attempt < 3 ? { startedAt: '2026-01-04T00:00:00.000Z' } : {}),
      });
      retry.send({ type: 'operator.start' });
      check('each retry is refused, and told so', over(retry, check)?.outcome === 'refused');
      check('no retry gives light again', delivered(rig) === first);
    }
  },
};

const nothingGiven = (book: DoseBookPort): DoseBookPort => ({
  ...book,
  close(closing) {
    const zones = closing.zones.map((zone) => ({ ...zone, deliveredJPerCm2: 0, deliveredUpperJPerCm2: 0 }));
    book.close({ ...closing, zones, awaitsBeltRecord: false });
  },
});

const ERROR_BUT_DELIVERED: Incident = {
  name: 'error-but-delivered',
  defect: 'a session that ends in an error is booked as nothing given',
  killedBy: BOOKED,
  play(isDefective, check) {
    for (const fault of [LOST, 'reboot@5s', 'answer-lost@5s:op=pause,count=9']) {
      const rig = startRig({
        program: ONE_ZONE,
        faults: [fault],
        ...(isDefective ? { wrapBook: nothingGiven } : {}),
      });
      if (fault.includes('pause')) {
        rig.run(6000);
        rig.send({ type: 'operator.pause' });
        rig.run(3000);
        rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      }
      check('the person is told that it failed', (over(rig, check)?.exitCode ?? 0) !== 0);
      check('light was given', delivered(rig) > 0.1);
      check(BOOKED, isBooked(rig));
    }
  },
};

const DIES_AT_MS = [200, 1700, 5300, 9900] as const;

const DELIVERED_NOT_RECORDED: Incident = {
  name: 'delivered-not-recorded',
  defect: 'the history is kept in memory and written when the session is over',
  killedBy: BOOKED,
  play(isDefective, check) {
    for (const ms of DIES_AT_MS) {
      const rig = startRig({ program: ONE_ZONE });
      rig.run(ms);
      rig.freeze();
      rig.belt.inject('link-drop');
      rig.run(2000);
      const next = nextStart(rig, '00112233445566bb', {
        isArmedByItself: false,
        startedAt: '2026-01-03T00:00:00.000Z',
        bookLines: isDefective ? [] : rig.book.lines(),
      });
      check(BOOKED, isBooked(next));
      next.send({ type: 'operator.start' });
      next.run(5000);
      check(BOOKED, isBooked(next));
      check('the next start has asked the belt', next.session.view().state === 'ready');
    }
  },
};

/** Light that needs nobody any more once it is on. */
const GOES_ON_ALONE: FirmwareDefect = {
  step(fw) {
    if (fw.record === undefined) return;
    fw.leaseEndMs = fw.nowMs + 60_000;
    fw.leaseAcceptedAtMs = fw.nowMs;
    fw.ceiling = 1;
  },
};

const HOST_DIES: Incident = {
  name: 'host-dies-device-finishes',
  defect: 'the device goes on to the end of its program without its host',
  killedBy: 'dark within a second of the last sign of the host',
  play: (isDefective, check) =>
    withDefect(isDefective ? GOES_ON_ALONE : undefined, () => {
      for (const ms of DIES_AT_MS) {
        const rig = startRig({ program: ONE_ZONE });
        rig.run(ms);
        rig.freeze();
        const diedAtMs = rig.clock.nowMs();
        rig.run(30_000);
        check('dark within a second of the last sign of the host', !isLitAfter(rig, diedAtMs + 1010));
        check(BOOKED, isBooked(rig));
      }
    }),
};

/** Dies without a word in the book, and the next start reads the belt's record through `read`. */
function reconciledAfter(
  rig: Rig,
  read: ((record: BeltRecord) => BeltRecord) | undefined,
  check: Check,
): Rig {
  rig.freeze();
  rig.belt.inject('link-drop');
  rig.run(2000);
  const next = nextStart(rig, '00112233445566bb', {
    program: ONE_ZONE,
    isArmedByItself: false,
    startedAt: '2026-01-03T00:00:00.000Z',
    wrapBook: (book) => ({
      ...book,
      reconcile: (tag, found) =>
        book.reconcile(tag, found === 'none' || read === undefined ? found : read(found)),
    }),
  });
  next.send({ type: 'operator.start' });
  next.run(5000);
  check('the book knows the end of it', next.book.sessions().get(TAG)?.reconciled !== undefined);
  return next;
}

const changed = (
  record: BeltRecord,
  dose: (deliveredJPerCm2: number, prescribedJPerCm2: number) => number,
): BeltRecord => ({
  ...record,
  kind: 'closed',
  entries: record.entries.map((entry) => {
    const deliveredJPerCm2 = dose(entry.deliveredJPerCm2, entry.prescribedJPerCm2);
    const ratio = Math.max(0, deliveredJPerCm2 / entry.deliveredJPerCm2);
    return { ...entry, deliveredJPerCm2, emissionMs: entry.emissionMs * ratio };
  }),
});

const subtractedTwice = (record: BeltRecord): BeltRecord =>
  changed(record, (given, prescribed) => given - (prescribed - given));
const inverted = (record: BeltRecord): BeltRecord =>
  changed(record, (given, prescribed) => prescribed - given);

const FAULT_PLUS_UNCERTAIN: Incident = {
  name: 'fault-plus-uncertain',
  defect: 'what was not given is subtracted once for the fault and once for the uncertain command',
  killedBy: BOOKED,
  play(isDefective, check) {
    for (const ms of [3000, 6000, 8000]) {
      const rig = startRig({ program: ONE_ZONE });
      rig.run(ms);
      rig.belt.inject('contact-lost:for=300ms');
      rig.belt.inject('answer-lost:count=9');
      rig.run(1000);
      rig.send({ type: 'operator.resume' });
      rig.run(500);
      const next = reconciledAfter(rig, isDefective ? subtractedTwice : undefined, check);
      const booked = bookedJPerCm2(next, L1);
      check('no booked dose is negative', booked >= 0);
      check(BOOKED, isBooked(next));
      check('it is booked once', booked <= PRESCRIBED_J_PER_CM2 * 1.1);
      const again = nextStart(next, '00112233445566cc', {
        program: ONE_ZONE,
        isArmedByItself: false,
        startedAt: '2026-01-05T00:00:00.000Z',
      });
      again.send({ type: 'operator.start' });
      again.run(5000);
      check('a later start changes nothing of it', bookedJPerCm2(again, L1) === booked);
    }
  },
};

const INVERTED_RECONCILE: Incident = {
  name: 'inverted-reconcile',
  defect: 'what the device says of an uncertain delivery is read the wrong way round',
  killedBy: BOOKED,
  play(isDefective, check) {
    // A small model, gone through whole: when the controller dies, whether it was paused, whether the record is there.
    for (const isPaused of [false, true])
      for (const isRecordThere of [true, false])
        for (let ms = 500; ms <= 8500; ms += 2000) {
          const rig = startRig({ program: ONE_ZONE });
          rig.run(ms);
          if (isPaused) rig.send({ type: 'operator.pause' });
          rig.run(250);
          if (!isRecordThere) rig.belt.inject('record-lost');
          const next = reconciledAfter(rig, isDefective ? inverted : undefined, check);
          const booked = bookedJPerCm2(next, L1);
          check(BOOKED, isBooked(next));
          check('never more than the prescription and its bounds', booked <= PRESCRIBED_J_PER_CM2 * 1.15);
          if (isRecordThere && ms > 4000)
            check('with the record, little more than the truth', booked <= delivered(rig) + 0.1);
        }
  },
};

export const LEDGER_INCIDENTS: readonly Incident[] = [
  FALSE_FAILURE,
  ERROR_BUT_DELIVERED,
  DELIVERED_NOT_RECORDED,
  HOST_DIES,
  FAULT_PLUS_UNCERTAIN,
  INVERTED_RECONCILE,
];
