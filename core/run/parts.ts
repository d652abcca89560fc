/** What a run is given: it knows no suite, no hypervisor and no format of its own. */
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import type { MeasuredSuite } from '../measure/method.ts';
import type { Report } from '../model/report.ts';
import type { ClaimResult, Result } from '../results/schema.ts';

export interface Parts {
  /** In slot order. */
  readonly suites: readonly MeasuredSuite[];
  /** In the order in which people see them. */
  readonly hypervisors: readonly Hypervisor[];
  /** In the order in which they are written. */
  readonly reports: readonly Report[];
  /** Judges what is claimed by what was measured. */
  readonly judge: (result: Result) => ClaimResult[];
}
