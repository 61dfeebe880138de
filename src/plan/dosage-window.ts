// Holds a visit against the dosage table of its site: outside the window is a warning with the row quoted, never a
// refusal. What no row covers is said as well: an extrapolation must not look like a recommendation.
import type { BeltProfile, PrescribedZone } from '../belt/belt.ts';
import {
  checkDosage,
  findDosageRow,
  type DosageCheck,
  type DosageFinding,
  type FoundDosage,
} from '../dosimetry/dosage-table.ts';
import { formatNumber } from '../dosimetry/units.ts';
import type { VisitWarning } from './plan.ts';
import type { BodySite } from './sites.ts';

const ROWS: Readonly<Record<BodySite, string | undefined>> = {
  cervical: 'cervical-spine',
  thoracic: undefined,
  lumbar: 'lumbar-spine',
  sacral: undefined,
  'shoulder-left': 'glenohumeral',
  'shoulder-right': 'glenohumeral',
  'elbow-left': 'elbow',
  'elbow-right': 'elbow',
  'wrist-left': 'wrist',
  'wrist-right': 'wrist',
  'hip-left': 'hip',
  'hip-right': 'hip',
  'knee-left': 'knee',
  'knee-right': 'knee',
  'ankle-left': 'ankle',
  'ankle-right': 'ankle',
};

const rowOfSite = (site: string): string | undefined =>
  Object.entries(ROWS).find(([name]) => name === site)?.[1];

/** One zone is one point of the table. */
interface Point {
  energyJ: number;
  lightS: number;
  areaCm2: number;
}

/** Energy and time of each zone at wavelengths of one table; ramps are no part of either figure. */
function pointsOf(entries: readonly PrescribedZone[], profile: BeltProfile): readonly Point[] {
  const points = new Map<number, Point>();
  for (const entry of entries) {
    const emitter = profile.emitters.find(
      (candidate) => candidate.zone === entry.zone && candidate.wavelengthNm === entry.wavelengthNm,
    );
    const areaCm2 = emitter?.areaCm2 ?? NaN;
    const point = points.get(entry.zone) ?? { energyJ: 0, lightS: 0, areaCm2 };
    point.energyJ += entry.radiantExposureJPerCm2 * areaCm2;
    point.lightS += (entry.radiantExposureJPerCm2 * 1000) / entry.irradianceMwPerCm2;
    points.set(entry.zone, point);
  }
  return [...points.values()];
}

const OF_THE_VISIT: readonly DosageFinding[] = ['pointCountOutside', 'totalBelowTable', 'totalOutsideWindow'];

function checkPoints(found: FoundDosage, points: readonly Point[]): readonly VisitWarning[] {
  const totalJ = points.reduce((total, point) => total + point.energyJ, 0);
  const judge = (point: Point, energyJ: number) =>
    checkDosage(found, {
      pointEnergyJ: energyJ,
      pointCount: points.length,
      meanPowerMw: (point.energyJ / point.lightS) * 1000,
      areaCm2: point.areaCm2,
    });
  const [first] = points;
  if (first === undefined) return [];
  // Zones may differ: what concerns a point is judged for each, what concerns the visit once.
  const whole = judge(first, totalJ / points.length);
  const all = [whole, ...points.map((point) => judge(point, point.energyJ))];
  for (const checked of all)
    if (!checked.ok) return [{ message: checked.problem, source: found.table.title }];
  const checks = all.flatMap((checked): DosageCheck[] => (checked.ok ? [checked.value] : []));
  const texts = checks.flatMap(({ findings }, index) =>
    findings.filter(({ kind }) => OF_THE_VISIT.includes(kind) === (index === 0)).map(({ text }) => text),
  );
  const quote = checks[0]?.quote ?? found.table.title;
  return [...new Set(texts)].map((message) => ({ message, source: quote }));
}

/** `entries` of the whole visit, resolved against `profile`. */
export function dosageWarnings(
  site: string,
  entries: readonly PrescribedZone[],
  profile: BeltProfile,
): readonly VisitWarning[] {
  const row = rowOfSite(site);
  if (row === undefined)
    return [
      {
        message: `no dosage table has a row for the site \`${site}\``,
        source: 'WALT 2010, 780-860 nm and 904 nm',
      },
    ];
  const groups = new Map<string, { readonly found: FoundDosage; readonly entries: PrescribedZone[] }>();
  const uncovered = new Map<number, VisitWarning>();
  for (const entry of entries) {
    const found = findDosageRow(row, entry.wavelengthNm);
    if (!found.ok) {
      const message = `${formatNumber(entry.wavelengthNm)} nm: no dosage table says how much`;
      uncovered.set(entry.wavelengthNm, { message, source: found.problem });
      continue;
    }
    const group = groups.get(found.value.table.id) ?? { found: found.value, entries: [] };
    group.entries.push(entry);
    groups.set(found.value.table.id, group);
  }
  return [
    ...[...groups.values()].flatMap((group) => checkPoints(group.found, pointsOf(group.entries, profile))),
    ...uncovered.values(),
  ];
}
