/** Rows whose interval is wider than was requested, and what they would need. */
import { count, percent } from '../core/present/format.ts';
import type { Measurement, Result } from '../core/results/schema.ts';
import { isTranslator } from '../core/results/technique.ts';
import { halfWidth } from '../core/stats/index.ts';

/** More are counted, not named. */
const NAMED = 6;
/** Beyond this a row is not worth waiting for, and a prediction says nothing. */
const MOST_LAUNCHES = 100;

interface Wide {
  readonly row: Measurement;
  /** Half the interval's width, of the ratio; and what was requested. Fractions. */
  readonly width: number;
  readonly requested: number;
}

/** At most one caveat; none if every interval was narrow enough for the run to stop, which looks at fewer resamples. */
export function impreciseRemarks({ measurements, plan, stopped }: Result): string[] {
  if (stopped.reason === 'precision') return [];
  const compared = measurements.filter(({ overhead }) => overhead !== null);
  const wide = compared
    .flatMap((row): Wide[] => {
      const { overhead, technique } = row;
      if (!overhead) return [];
      const requested = isTranslator(technique) ? plan.precision.translated : plan.precision.direct;
      // As the stop rule has it (core/measure/stop.ts): of a large overhead, the precision is that of the ratio.
      const width = halfWidth(overhead) / Math.max(1, 1 + overhead.estimate);
      return width > requested ? [{ row, width, requested }] : [];
    })
    .sort((a, b) => b.width / b.requested - a.width / a.requested);
  if (wide.length === 0) return [];
  const named = wide.slice(0, NAMED).map(describe);
  const rest = wide.length > NAMED ? `, and ${wide.length - NAMED} more` : '';
  return [
    `${wide.length} of ${count(compared.length, 'overhead')} ${wide.length === 1 ? 'is' : 'are'} less precise than requested: ${named.join('; ')}${rest}.`,
  ];
}

/** An interval narrows with the square root of the number of launches. */
function describe({ row, width, requested }: Wide): string {
  const { hypervisor, suite, workload, isa, launches } = row;
  const more = Math.ceil(launches * (width / requested) ** 2) - launches;
  const need =
    more > MOST_LAUNCHES
      ? `more than ${MOST_LAUNCHES} launches more`
      : `about ${count(more, 'launch', 'launches')} more`;
  return `${hypervisor} on ${suite}/${workload} (${isa}) has ±${unsigned(width)} instead of ±${unsigned(requested)} (${need})`;
}

function unsigned(fraction: number): string {
  return percent(fraction).replace('+', '');
}
