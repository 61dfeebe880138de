// The failures of comparable projects that are shipped as scenarios, row by row as they were collected.

export const INCIDENT_ROWS = [
  ['false-failure-retry'],
  ['error-but-delivered'],
  ['delivered-not-recorded', 'host-dies-device-finishes'],
  ['double-start'],
  ['stop-while-stuck', 'stop-does-not-preempt', 'stop-on-shutdown'],
  ['response-for-other-command'],
  ['fault-plus-uncertain'],
  ['diagnostic-traffic-erases-evidence'],
  ['concurrent-commands'],
  ['inverted-reconcile'],
  ['watchdog-2T', 'watchdog-default-off', 'watchdog-option-typo'],
  ['keepalive-replays-output'],
  ['abort-after-report', 'delay-uninterruptible'],
  ['photodiode-open-runaway'],
  ['double-frequency'],
  ['full-power-tail'],
  ['gatt-op-never-settles'],
  ['wall-clock-jump', 'device-clock-loss'],
  ['wrong-belt'],
  ['dead-emitter', '230-percent-emitter'],
  ['disk-full-before-start', 'disk-full-while-emitting'],
  ['unauthenticated-write'],
] as const;

export type IncidentName = (typeof INCIDENT_ROWS)[number][number];
