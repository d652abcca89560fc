/** What a run is given: it knows no suite, no hypervisor and no format of its own. */

import type { Config } from '../config/config.ts';
import type { PluginName } from '../config/plugin.ts';
import type { Host } from '../host/host.ts';
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import type { MeasuredSuite } from '../measure/method.ts';
import type { Report } from '../model/report.ts';
import type { ClaimResult, Result } from '../results/schema.ts';

/** Everything that there is to measure, to measure it with, and to show it: made once, and handed down. */
export interface Parts {
  /** The computer that is measured. */
  readonly host: Host;
  /** hvbench's own in slot order, then those of plugins. */
  readonly suites: readonly MeasuredSuite[];
  /** In the order in which people see them; variants behind the others. */
  readonly hypervisors: readonly Hypervisor[];
  /** What those of them are that are variants, by name. */
  readonly variants: NonNullable<Config['variants']>;
  /** In the order in which they are written. */
  readonly reports: readonly Report[];
  /** Where those come from that are not hvbench's own. */
  readonly plugins: readonly PluginName[];
  /** Judges what is claimed by what was measured. */
  readonly judge: (result: Result) => ClaimResult[];
  /**
   * The claims of a result, with what is predicted where they could not be tested, if there is a result in which exits were
   * counted. Throws UserError if there should be one and it cannot be read, or says nothing of that.
   */
  readonly predict: (result: Result) => readonly ClaimResult[];
}
