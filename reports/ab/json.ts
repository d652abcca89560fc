/** An A/B for programs. */
import type { Ab } from '../../core/judge/ab/ab.ts';
import { printableJson } from '../json.ts';

export const AB_SCHEMA = 'hvbench/ab@2';

/** Changes are fractions; values are in the unit that stands beside them. */
export function renderJson(ab: Ab): string {
  return printableJson({ schema: AB_SCHEMA, ...ab });
}
