// Makes a scenario that fails smaller as long as it fails: deeds go first, then the plan, then what is unusual about the
// rest. Bounded, and each try is a whole run.
import type { Scenario } from './scenario.ts';

const TRY_MAX_COUNT = 150;
const CALM = { delayMs: 0, jitterMs: 0, reorderRate: 0 };

function simpler(scenario: Scenario): readonly Scenario[] {
  const { deeds, parts, person } = scenario;
  const without = deeds.map((_, index) => ({ ...scenario, deeds: deeds.filter((__, at) => at !== index) }));
  const shorter = parts.length > 1 ? parts.map((_, index) => parts.filter((__, at) => at !== index)) : [];
  const fewerZones = parts.flatMap((part, index) =>
    'restMs' in part || part.length < 2
      ? []
      : part.map((_, zone) =>
          parts.with(
            index,
            part.filter((__, at) => at !== zone),
          ),
        ),
  );
  // As plans must be: light first and last, and between two rests.
  const isRest = (part: Scenario['parts'][number] | undefined): boolean =>
    part !== undefined && 'restMs' in part;
  const isTreatment = (list: Scenario['parts']): boolean =>
    list.every(
      (part, index) => !isRest(part) || (index > 0 && index < list.length - 1 && !isRest(list[index - 1])),
    );
  return [
    ...without,
    ...[...shorter, ...fewerZones].filter(isTreatment).map((list) => ({ ...scenario, parts: list })),
    { ...scenario, isSealed: false },
    { ...scenario, air: CALM },
    { ...scenario, disk: { latencyMs: 2, jitterMs: 0 } },
    { ...scenario, clockRate: 1 },
    { ...scenario, hasNextDay: false },
    { ...scenario, person: { ...person, restartAfterMs: Infinity } },
    { ...scenario, person: { ...person, armAfterMs: 20 } },
    { ...scenario, person: { ...person, consent: 'atController' } },
    { ...scenario, person: { ...person, resumeAfterMs: Infinity, atTheEnd: 'stop' } },
  ];
}

const isSame = (left: Scenario, right: Scenario): boolean => JSON.stringify(left) === JSON.stringify(right);

export function shrink(scenario: Scenario, fails: (tried: Scenario) => boolean): Scenario {
  let smallest = scenario;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < TRY_MAX_COUNT;) {
    isSmaller = false;
    for (const tried of simpler(smallest)) {
      if (isSame(tried, smallest)) continue;
      if (++tries > TRY_MAX_COUNT) break;
      if (!fails(tried)) continue;
      smallest = tried;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}
