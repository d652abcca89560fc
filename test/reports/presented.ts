/** The files that a result's sections describe, as the formats make them. */

import { plainDeep } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';
import { chartPng } from '../../reports/charts/index.ts';
import { csvBytes } from '../../reports/csv-table.ts';
import { sectionsOf } from '../../reports/sections.ts';
import { suites } from '../../suites/index.ts';

/** The text of a CSV file; null where there is none of that name. */
export function csvOf(result: Result, name: string): string | null {
  const files = sectionsOf(plainDeep(result), suites).flatMap(({ files }) => files);
  const found = files.find(({ file }) => file === name);
  return found ? csvBytes(found).toString() : null;
}

/** The PNG; null where there is none of that name. */
export function pngOf(result: Result, name: string): Buffer | null {
  const plain = plainDeep(result);
  const found = sectionsOf(plain, suites)
    .flatMap(({ charts }) => charts)
    .find(({ file }) => file === name);
  return found ? chartPng(found, plain) : null;
}
