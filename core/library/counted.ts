/** The result in which exits were counted, for what is predicted of a claim. */
import { UserError } from '../errors.ts';
import { unfitCounts } from '../judge/predict/claim.ts';
import type { MeasuredSuite } from '../measure/method.ts';
import { readResult, readResultAt } from '../results/folder.ts';
import { parseResult } from '../results/read-result.ts';
import type { Result } from '../results/schema.ts';
import { recover } from '../run/conclude.ts';
import { isFolder } from './read.ts';

/** Of a run's folder, or of a result.json by any name. Throws UserError if it cannot be read, or has no counts that fit. */
export function readCounted(path: string, suites: readonly MeasuredSuite[]): Result {
  const counted = isFolder(path)
    ? (readResult(path, suites) ?? recover(path, { suites, judge: () => [] }))
    : readResultAt(path, (content) => parseResult(content, suites));
  if (!counted) throw new UserError(`cannot read ${path}: no such file`);
  const unfit = unfitCounts(counted);
  if (unfit !== null)
    throw new UserError(`the exits in ${path} say nothing of first-generation hardware: ${unfit}`);
  return counted;
}
