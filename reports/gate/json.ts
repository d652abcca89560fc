/** A gate for programs. */

import type { Gate } from '../../core/judge/gate/gate.ts';
import { printableJson } from '../json.ts';

export const GATE_SCHEMA = 'hvbench/gate@1';

/** Changes and overheads are fractions; metrics are in the unit that stands beside them. */
export function renderJson(gate: Gate): string {
  return printableJson({ schema: GATE_SCHEMA, judged: true, ...gate });
}
