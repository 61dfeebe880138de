// Skin too hot or too cold to begin, warm for too long, a sensor that stands still, light that flickers, and a person who
// is no longer there: whole sessions on the simulated belt, judged by its truth.
import { describe, expect, it } from 'vitest';
import { createRig, programOf, startRig, zoneOf, type Rig, type RigOptions } from './support/rig.ts';

const MIN = 60_000;
/** 12 min of light. */
const LONG = programOf([[zoneOf(0, { irradianceMwPerCm2: 20, radiantExposureJPerCm2: 14.4 })]]);
const RISING = [34, 34.3, 34.6, 34.9, 35.2, 35.5, 35.8];

/** Ready at once; then the skin is so warm, and somebody says yes. */
function armAt(celsius: number): Rig {
  const rig = createRig({ isArmedByItself: false });
  rig.send({ type: 'operator.start' });
  rig.until('ready');
  expect(rig.belt.inject(`over-temperature:celsius=${celsius}`).ok).toBe(true);
  rig.run(3000);
  rig.send({ type: 'operator.arm', consent: 'atController' });
  return rig;
}

describe('H03 hot start', () => {
  it.each([24, 38])('%d °C when somebody says yes: refused, nothing booked, nothing emitted', (celsius) => {
    const rig = armAt(celsius);
    expect(rig.untilOver()).toMatchObject({
      outcome: 'refused',
      exitCode: 6,
      hazard: 'H03',
      emissionOff: 'neverOn',
    });
    expect(rig.outcomes[0]?.message).toMatch(/25 to 37 °C/);
    expect(rig.book.lines().some((line) => line.includes('"intent"'))).toBe(false);
    expect(rig.truth.some((line) => line.emission)).toBe(false);
  });

  it.each([26, 36.5])('%d °C may begin', (celsius) => {
    const rig = armAt(celsius);
    rig.until('emitting');
  });

  it('skin that was too hot and has cooled by the time somebody says yes may begin', () => {
    const rig = createRig({ isArmedByItself: false, faults: ['over-temperature:celsius=37.5,for=2s'] });
    rig.send({ type: 'operator.start' });
    rig.until('ready');
    rig.run(3 * MIN);
    rig.send({ type: 'operator.arm', consent: 'atController' });
    rig.until('emitting');
  });

  it('that shows only in the countdown: over before any light, exit 4', () => {
    const rig = startRig({}, 'countdown');
    rig.belt.inject('over-temperature:celsius=39');
    expect(rig.untilOver()).toMatchObject({ outcome: 'cutoff', exitCode: 4, hazard: 'H03' });
    expect(rig.truth.some((line) => line.emission)).toBe(false);
  });
});

describe('H03 rate of rise', () => {
  it('3.6 °C/min under the light: paused within 31 s, dark, and resumed only by a deliberate act', () => {
    const rig = startRig({ program: LONG });
    for (const celsius of RISING)
      for (let part = 0; part < 5; part++) {
        rig.belt.inject(`over-temperature:zone=L1,celsius=${celsius + part * 0.06}`);
        if (rig.session.view().state === 'emitting') rig.run(1000);
      }
    expect(rig.session.view()).toMatchObject({ state: 'paused', pause: { cause: 'hazard' } });
    rig.run(500);
    expect(rig.belt.truth().emission).toBe(false);
    rig.run(MIN);
    expect(rig.session.view().state).toBe('paused');
  });
});

describe('H02 thermal dose', () => {
  it('42.6 °C, which H01 lets pass, end the session within about four minutes, booked as long as it shone', () => {
    const rig = startRig({ program: LONG });
    rig.belt.inject('over-temperature:zone=L1,celsius=42.6');
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'cutoff',
      exitCode: 4,
      hazard: 'H02',
      emissionOff: 'confirmed',
    });
    // So sudden a rise may pause it before: the skin stays as warm, and that counts.
    expect(outcome.hazards.filter((id) => id !== 'H03')).toEqual(['H02']);
    expect(outcome.durationMs).toBeGreaterThan(3 * MIN);
    expect(outcome.durationMs).toBeLessThan(4.5 * MIN);
    const truth = rig.delivered().get('L1/808') ?? NaN;
    expect(rig.closings.at(-1)?.zones[0]?.deliveredUpperJPerCm2).toBeGreaterThanOrEqual(truth);
  });
});

describe('H04 temperature sensor', () => {
  it('both sensors of a zone stand still: cut off after 60 s of light, latched on the belt', () => {
    const rig = startRig({
      program: LONG,
      faults: [
        'temperature-sensor-stuck@2s:zone=L1,sensor=a',
        'temperature-sensor-stuck@2s:zone=L1,sensor=b',
      ],
    });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'cutoff',
      exitCode: 4,
      hazard: 'H04',
      emissionOff: 'confirmed',
    });
    expect(outcome.durationMs).toBeGreaterThan(60_000);
    expect(outcome.durationMs).toBeLessThan(70_000);
    const again = createRig({ belt: rig.belt, clock: rig.clock });
    again.send({ type: 'operator.start' });
    expect(again.untilOver()).toMatchObject({ outcome: 'refused', hazard: 'H04', exitCode: 6 });
    expect(again.outcomes[0]?.message).toMatch(/laserbelt clear/);
  });
});

describe('H22 visible pulsing', () => {
  const pulsed = (wavelengthNm: number, pulseFrequencyHz: number) =>
    programOf([
      [
        zoneOf(0, {
          wavelengthNm,
          pulseFrequencyHz,
          irradianceMwPerCm2: 4,
          dutyCycle: 0.5,
          radiantExposureJPerCm2: 0.01,
        }),
      ],
    ]);

  it.each([
    [650, 3],
    [650, 10],
    [650, 60],
    [650, NaN],
  ])('%d nm at %d Hz is refused by the controller before the belt is asked for anything', (nm, hz) => {
    const rig = createRig({ program: pulsed(nm, hz) });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({
      outcome: 'refused',
      exitCode: 6,
      hazard: 'H22',
      emissionOff: 'neverOn',
    });
    expect(rig.events.some((event) => event.type === 'belt.prepared')).toBe(false);
  });

  it.each([
    [650, 0],
    [650, 2.9],
    [650, 60.1],
    [808, 10],
  ])('%d nm at %d Hz is no flicker that anybody sees', (nm, hz) => {
    const dutyCycle = hz === 0 ? 1 : 0.5;
    const rig = createRig({
      program: programOf([
        [
          zoneOf(0, {
            wavelengthNm: nm,
            pulseFrequencyHz: hz,
            irradianceMwPerCm2: 4,
            dutyCycle,
            radiantExposureJPerCm2: 0.01,
          }),
        ],
      ]),
    });
    rig.send({ type: 'operator.start' });
    rig.until('emitting');
  });
});

describe('H23 nobody there', () => {
  const ASKED = /still there/;
  const attended: RigOptions = { program: LONG, input: { isPresenceAssumed: false } };
  const warnings = (rig: Rig): string => rig.session.view().warnings.join();
  /** Ten minutes after the yes, which came so long before the light. */
  const lit = (rig: Rig): number => rig.clock.nowMs();

  it('asks after ten minutes, pauses a minute later, and is stopped after ten minutes of pause', () => {
    const rig = startRig(attended, 'countdown');
    const yesAtMs = lit(rig);
    rig.run(10 * MIN - 200);
    expect(warnings(rig)).not.toMatch(ASKED);
    rig.run(300);
    expect(warnings(rig)).toMatch(ASKED);
    expect(rig.session.view().hazards).toEqual([]);
    rig.run(MIN - 300);
    expect(rig.session.view().state).toBe('emitting');
    rig.run(600);
    expect(rig.session.view()).toMatchObject({ state: 'paused', pause: { cause: 'unattended' } });
    rig.run(500);
    expect(rig.darkSinceMs() - yesAtMs).toBeLessThanOrEqual(11 * MIN + 1000);
    expect(rig.untilOver()).toMatchObject({ outcome: 'stopped', exitCode: 3, hazards: ['H23'] });
  });

  it.each(['operator.present', 'operator.pause'] as const)(
    '%s is a sign: the ten minutes begin anew',
    (type) => {
      const rig = startRig(attended);
      rig.run(10 * MIN + 30_000);
      expect(warnings(rig)).toMatch(ASKED);
      rig.send({ type });
      expect(warnings(rig)).not.toMatch(ASKED);
      if (type === 'operator.pause') {
        rig.run(1000);
        rig.send({ type: 'operator.resume' });
      }
      expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: [] });
    },
  );

  it('the button of the belt is a sign', () => {
    const rig = startRig(attended);
    rig.run(9 * MIN);
    rig.belt.pressButton();
    rig.run(90_000);
    expect(warnings(rig)).not.toMatch(ASKED);
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: [] });
  });

  it('who comes back resumes', () => {
    const rig = startRig(attended);
    rig.until('paused', 12 * MIN);
    rig.run(5 * MIN);
    rig.send({ type: 'operator.resume' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: ['H23'] });
  });

  it('a simulated belt that was armed unasked needs no sign', () => {
    const rig = startRig({ program: LONG, input: { isPresenceAssumed: true } });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: [] });
  });

  it('is asked for by time alone: a belt that falls silent meanwhile is the worse hazard', () => {
    const rig = startRig({ ...attended, faults: ['link-stall@660s:for=60s'] });
    const outcome = rig.untilOver();
    expect(outcome.hazards).toContain('H14');
    expect(outcome).toMatchObject({ outcome: 'cutoff', hazard: 'H14' });
  });
});
