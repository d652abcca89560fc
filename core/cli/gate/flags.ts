/** What `hvbench gate` can be told. */
import type { GateOptions } from '../../library/gate.ts';
import type { OutputFlags } from '../outputs.ts';
import type { RunFlags } from '../run.ts';

export interface GateFlags
  extends Omit<RunFlags, 'resume' | 'precision'>,
    OutputFlags,
    Pick<GateOptions, 'baseline' | 'strict' | 'minEffect' | 'maxDrift'> {
  readonly update?: boolean;
  readonly learn?: boolean;
  readonly accept?: boolean;
  /** False with --no-confirm. */
  readonly confirm?: boolean;
  readonly passWithoutBaseline?: boolean;
}
