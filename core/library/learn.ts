/** A gate that adds an entry for a host class that the baseline does not know, and judges by those that it does. */
import type { Config } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { checkWritable } from '../files.ts';
import { baselineOf, classOf, withClass, writeBaseline } from '../judge/gate/baseline.ts';
import { unfitReason } from '../judge/gate/fitness.ts';
import type { Unjudged } from '../judge/gate/unjudged.ts';
import type { Parts } from '../run/parts.ts';
import { figureCount } from './baseline.ts';
import { baselineRuns, readForUpdate } from './baseline-runs.ts';
import type { Watch } from './confirm.ts';
import { type GateOptions, type GateOutcome, gateOrNot } from './gate.ts';

/**
 * Judges the result where the baseline has an entry of its host class. Where it has none, one is added of all results that
 * are named, or of a new run; an entry that is there is never replaced. What is not fit to be a baseline is not learnt, and
 * the reason says why. Throws UserError if the file cannot be written, before anything is measured.
 */
export async function learn(
  config: Config,
  paths: readonly string[],
  options: GateOptions,
  watch: Watch,
  parts: Parts,
): Promise<GateOutcome | Unjudged> {
  const { baseline: file } = options;
  readForUpdate(file);
  checkWritable(file, file, 'choose another --baseline');
  const found = await gateOrNot(config, { ...options, ...watch, result: paths[0] }, parts, (entry) => {
    if (entry && paths.length > 1)
      throw new UserError(
        `${file} has an entry for this host class, and a gate judges one result: name one, or replace the entry with --update`,
      );
  });
  if (!('judged' in found) || found.kind !== 'no-entry') return found;
  const { results, folders, unmeasured } = await baselineRuns(config, paths, watch, parts);
  watch.signal.throwIfAborted();
  const entry = baselineOf(results, new Date());
  const folder = folders.join(', ');
  const [lack] = unmeasured;
  const unfit = lack ? `${lack.name} could not be measured (${lack.reason})` : unfitReason(results, entry);
  if (unfit !== null) {
    const advice = 'mend that and run it again, or write an entry with --update';
    return { ...found, folder, advice, reason: `${found.reason}, and none was learnt: ${unfit}` };
  }
  // Another gate may have learnt in the meantime.
  const known = readForUpdate(file);
  if (known && classOf(known, entry.hostClass))
    throw new UserError(`${file} has got an entry for this host class meanwhile: judge by it`);
  const again = `hvbench gate --baseline ${file} --learn ${folders.join(' ')}`;
  writeBaseline(
    file,
    withClass(known, entry),
    `once that is fixed, ${again} learns it without measuring again`,
  );
  const learnt = { runs: results.length, rows: entry.rows.length, metrics: figureCount(entry) };
  return { ...found, folder, passed: true, learnt };
}
