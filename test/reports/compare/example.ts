/** Synthetic comparisons for the formats: nothing in them was ever measured. */
import { compare } from '../../../core/judge/compare/compare.ts';
import type { Result } from '../../../core/results/schema.ts';
import type { ComparisonReport } from '../../../reports/compare/index.ts';
import { changed, smallResult, withRatio } from '../../core/judge/compare/example.ts';
import { fixtureResult, HOSTILE } from '../fixture.ts';

export function reportOf(results: readonly Result[], paths: readonly string[]): ComparisonReport {
  const labels = results.map(({ startedAt }, index) => ({ path: paths[index] ?? '', startedAt }));
  return { results: labels, ...compare(results, { margin: 0.01 }) };
}

const before = smallResult();
const KVM = { hypervisor: 'kvm' };

/** kvm: integer from 1.10 to 1.21 times native, sha256 equal; control's sha256 is other code. */
function after(): Result {
  const worse = withRatio(before, { ...KVM, workload: 'integer' }, 1.21);
  const other = changed(worse, { workload: 'sha256', hypervisor: 'control' }, (m) => ({
    ...m,
    digest: 'other',
  }));
  return {
    ...other,
    host: { ...other.host, kernel: '6.2.0' },
    startedAt: '2026-02-03T04:05:06Z',
  };
}

export const pair = reportOf([before, after()], ['results/monday', 'results/tuesday']);

/** B is worse than A, C is better. */
export const three = reportOf(
  [before, after(), withRatio(before, KVM, 0.99)],
  ['monday', 'tuesday', 'wednesday'],
);

/** Results that have no row in common. */
export const strangers = reportOf(
  [changed(before, KVM, () => null), changed(before, { hypervisor: 'control' }, () => null)],
  ['a', 'b'],
);

/** Paths, names, reasons and the host would all like to be more than text. */
export function hostile(): ComparisonReport {
  const result = fixtureResult();
  const { cpu } = result.host;
  const other: Result = {
    ...changed(result, { hypervisor: 'v86' }, (m) => ({ ...m, status: 'failed', error: HOSTILE.terminal })),
    host: {
      ...result.host,
      kernel: HOSTILE.closing,
      cpu: { ...cpu, model: HOSTILE.terminal, mitigations: { [HOSTILE.markup]: HOSTILE.markdown } },
    },
  };
  return reportOf([result, other], [HOSTILE.markup, HOSTILE.terminal]);
}
