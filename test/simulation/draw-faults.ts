// The faults of a simulated belt as a run may have them: each with an end, so that afterwards all must be well again.
import type { Random } from '../../firmware-sim/random.ts';

export type FaultGroup = 'link' | 'skin' | 'light' | 'firmware';
type Draw = (random: Random) => string;

const zone = (r: Random): string => `zone=L${1 + r.below(4)}`;
const upTo = (r: Random, ms: number): string => `for=${50 + r.below(ms)}ms`;
const rate = (r: Random, low: number, high: number): string =>
  `rate=${(low + r.next() * (high - low)).toFixed(3)}`;
const pick = (r: Random, words: readonly string[]): string => words[r.below(words.length)] ?? '';
const DIRECTIONS = ['to-belt', 'to-central', 'both'];
const OPS = ['prepare', 'arm', 'pause', 'resume'];

export const FAULT_KINDS: Readonly<Record<FaultGroup, readonly Draw[]>> = {
  link: [
    (r) => `link-drop:${upTo(r, 6000)}`,
    () => 'link-drop:for=0ms',
    (r) => `link-stall:${upTo(r, 6000)},direction=${pick(r, DIRECTIONS)}`,
    (r) => `link-stall:${upTo(r, 1200)},direction=${pick(r, DIRECTIONS)}`,
    (r) => `frame-loss:${upTo(r, 8000)},${rate(r, 0.1, 0.9)}`,
    (r) => `frame-loss:${upTo(r, 15_000)},${rate(r, 0.05, 0.4)}`,
    (r) => `frame-corrupt:${upTo(r, 8000)},${rate(r, 0.005, 0.2)}`,
    (r) => `frame-duplicate:${upTo(r, 15_000)},${rate(r, 0.1, 1)}`,
    (r) => `answer-lost:op=${pick(r, OPS)},effect=before,count=${1 + r.below(3)}`,
    (r) => `answer-lost:op=${pick(r, OPS)},effect=after,count=${1 + r.below(3)}`,
  ],
  skin: [
    (r) => `contact-lost:${zone(r)},${upTo(r, 4000)}`,
    (r) => `contact-lost:${zone(r)},${upTo(r, 200)}`,
    (r) => `contact-lost:${upTo(r, 8000)}`,
    (r) => `over-temperature:${zone(r)},celsius=${(43.3 + r.next() * 8).toFixed(1)},${upTo(r, 6000)}`,
    (r) => `temperature-sensor-open:${zone(r)},sensor=${pick(r, ['a', 'b', 'both'])},${upTo(r, 6000)}`,
    (r) => `temperature-sensor-stuck:${zone(r)},for=${pick(r, ['5000', '80000'])}ms`,
    (r) => `contact-sensor-stuck:${zone(r)},reads=uncovered,${upTo(r, 5000)}`,
  ],
  light: [
    (r) => `emitter-stuck-on:${zone(r)},wavelength=${pick(r, ['808', '650'])},${upTo(r, 6000)}`,
    (r) => `emitter-dead:${zone(r)},as=${pick(r, ['dark', 'open'])},${upTo(r, 6000)}`,
    (r) => `emitter-gain:${zone(r)},factor=${(0.2 + r.next() * 2.3).toFixed(2)},${upTo(r, 20_000)}`,
    (r) => `emitter-gain:factor=${(0.7 + r.next() * 0.6).toFixed(2)},${upTo(r, 20_000)}`,
    (r) => `feedback-open:${zone(r)},${upTo(r, 6000)}`,
    (r) => `monitor-gain:${zone(r)},factor=${(0.3 + r.next() * 1.5).toFixed(2)},${upTo(r, 20_000)}`,
    (r) => `monitor-gain:factor=${(0.8 + r.next() * 0.4).toFixed(2)},${upTo(r, 20_000)}`,
    (r) => `monitor-open:${zone(r)},${upTo(r, 6000)}`,
    (r) => `double-frequency:${upTo(r, 6000)}`,
  ],
  firmware: [
    () => 'firmware-hang',
    (r) => `reboot:for=${200 + r.below(8000)}ms`,
    (r) => `clock-drift:percent=${(r.next() * 30 - 15).toFixed(1)},${upTo(r, 20_000)}`,
    (r) => `clock-drift:percent=${(r.next() * 4 - 2).toFixed(2)},${upTo(r, 20_000)}`,
    (r) => `battery-low:percent=${4 + r.below(6)},${upTo(r, 6000)}`,
    (r) => `charging:${upTo(r, 4000)}`,
    (r) => `record-lost:counters=${pick(r, ['kept', 'reset'])}`,
  ],
};

const CHARACTERISTICS = ['tick', 'lease', 'controlPoint', 'events', 'recordAccess', 'recordData'];

/** Drawn from a stream of its own, so that the scenarios of known seeds only gain them. */
export const FURTHER_FAULTS: readonly Draw[] = [
  (r) => `contact-sensor-stuck:${zone(r)},reads=covered,${upTo(r, 5000)}`,
  (r) => `frame-loss:characteristic=${pick(r, CHARACTERISTICS)},${upTo(r, 5000)},${rate(r, 0.1, 1)}`,
  (r) =>
    `frame-corrupt:characteristic=${pick(r, CHARACTERISTICS)},direction=${pick(r, DIRECTIONS)},${upTo(r, 5000)},${rate(r, 0.02, 0.5)}`,
  () => 'press-button:for=200ms',
  () => 'pairing-window',
];
