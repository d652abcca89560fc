/** Whether a host was quiet while it measured, by its control: a second native machine, whose overhead should be 0. */
import { CONTROL, REFERENCE } from '../../model/role.ts';
import { keyOfRow, type Row, type Value } from '../../model/row.ts';
import type { Result } from '../../results/schema.ts';

/** `unknown`: there is no control of it, or it has no interval. */
export type Quiet = 'quiet' | 'busy' | 'unknown';

/** The clock by which workloads have CPU time. */
export const CPU_TIME = 'cpuTime';

type NamedMetric = Pick<Row, 'suite' | 'target' | 'dimensions'> & { readonly metric: string };

/**
 * Of a suite of workloads: by the control's mean over them, of the same clock. Of other suites: by the control's own row of
 * the same figure. An interval that leaves out 0 says that something else than virtualization made a difference.
 */
export function quietOf(result: Result): (figure: NamedMetric) => Quiet {
  const means = new Map(
    result.suites
      .filter(({ hypervisor }) => hypervisor === CONTROL)
      .map((mean) => [scopeOf(mean.suite, mean.isa), mean]),
  );
  const rows = new Map(
    result.rows
      .filter(({ target }) => target.hypervisor === CONTROL)
      .map((row) => [keyOfRow(row), row.metrics]),
  );
  return ({ suite, target, dimensions, metric }) => {
    const mean = means.get(scopeOf(suite, target.isa));
    if (mean) {
      const overhead = metric === CPU_TIME ? mean.cpuOverhead : mean.overhead;
      return overhead ? holds(overhead, 0) : 'unknown';
    }
    const own = rows.get(keyOfRow({ suite, target: { ...target, hypervisor: CONTROL }, dimensions }));
    const ratio = own?.[metric]?.versus?.find((versus) => versus.target === REFERENCE)?.ratio;
    return ratio === undefined ? 'unknown' : holds(ratio, 1);
  };
}

const scopeOf = (suite: string, isa: string) => `${isa} ${suite}`;

function holds(value: Value, truth: number): Quiet {
  if (typeof value === 'number') return 'unknown';
  return value.low <= truth && truth <= value.high ? 'quiet' : 'busy';
}
