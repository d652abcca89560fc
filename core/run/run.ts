/** The whole line: configuration → plan → measurement → result → reports. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, keptConfig } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import { JournalWriter, readJournal } from '../results/folder.ts';
import type { JournalEntry } from '../results/journal.ts';
import { rowKey } from '../results/rows.ts';
import { finish } from './finish.ts';
import { freshFolder } from './folder.ts';
import { headerOf } from './header.ts';
import { lockElsewhere } from './lock-elsewhere.ts';
import { measurePlan } from './measure-plan.ts';
import type { RunOptions, RunOutcome } from './options.ts';
import type { Parts } from './parts.ts';
import type { Plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { checkSameWork, cpusFor, hadOperations, resumedConfig, resumedParts } from './resume.ts';
import { type Selection, select } from './selection.ts';
import { markUnmeasured, unmeasuredOf } from './unmeasured.ts';

/**
 * Measures, and writes result and reports into the run's folder. Throws UserError where what is asked for
 * cannot be done, and Unwritten where only a file could not be written; a machine that fails is part of the result
 * instead.
 */
export async function run(config: Config, options: RunOptions, given: Parts): Promise<RunOutcome> {
  const { resume, signal = new AbortController().signal, listen = () => {} } = options;
  const { suites, host } = given;
  const earlier = resume ? readJournal(resume, suites) : [];
  const effective = resume ? resumedConfig(config, given.plugins, earlier, resume) : config;
  const parts = resume ? resumedParts(given, effective, resume) : given;
  const selection = select(effective, suites, parts.hypervisors.map(options.adapt ?? ((driver) => driver)));
  const cpus = await cpusFor(host, effective, earlier, resume);
  const folder = resume ?? effective.out ?? freshFolder(new Date());
  const journal = new JournalWriter(folder, { resume: resume !== undefined });
  const entries: JournalEntry[] = [...earlier];
  let giveBack = () => {};
  let giveBackElsewhere = () => {};
  try {
    const note = (text: string) => listen({ type: 'note', text });
    if (!options.hasCpu) giveBack = await lockCpu(cpus.benchCpu, { wait: options.wait, note, signal });
    const { plan: whole, record } = await prepare(effective, selection, parts, {
      profile: options.profile,
      ...{ cpus, listen, signal },
    });
    const ratiosOnly = options.only || options.workloadsOnly || (resume && !hadOperations(earlier));
    const plan = ratiosOnly ? withoutOperations(whole) : whole;
    const unmeasured = unmeasuredOf(options.asked ?? effective, plan, selection);
    const [lacking] = unmeasured;
    if (options.complete && lacking)
      throw new UserError(`${lacking.kind} ${lacking.name} cannot be measured: ${lacking.reason}`);
    const only = options.only && new Set(options.only.map(rowKey));
    const append = (entry: JournalEntry) => {
      journal.append(entry);
      entries.push(entry);
    };
    signal.throwIfAborted();
    giveBackElsewhere = await lockElsewhere(plan, host, { wait: options.wait, note, signal });
    if (resume) {
      await checkSameWork(earlier, plan, resume);
      // From here on it would tell less than the journal, and a run that is killed leaves no other.
      rmSync(join(folder, 'result.json'), { force: true });
    } else {
      const header = await headerOf(
        plan,
        record,
        keptConfig(withMeasured(effective, selection, parts), parts.plugins),
      );
      append({ ...header, hypervisors: markUnmeasured(header.hypervisors, unmeasured) });
    }
    listen({ type: 'plan', plan, host: record, folder, unmeasured });
    const { course } = options;
    await measurePlan({ plan, record, earlier, only, course, append, listen, signal }, parts);
    listen({ type: 'phase', text: 'writing reports' });
    return await finish({ folder, entries, unmeasured }, options.reports ?? null, listen, parts);
  } catch (error) {
    // An empty journal would only keep the next run out of its folder.
    if (entries.length === 0) rmSync(join(folder, 'samples.ndjson'), { force: true });
    throw error;
  } finally {
    giveBackElsewhere();
    giveBack();
    journal.close();
  }
}

/** A configuration with the variants that it measures, wherever they were named. */
function withMeasured(
  { variants: _, ...config }: Config,
  { hypervisors }: Selection,
  { variants }: Pick<Parts, 'variants'>,
): Config {
  const measured = Object.entries(variants).filter(([name]) => hypervisors.some(({ id }) => id === name));
  return { ...config, ...(measured.length > 0 && { variants: Object.fromEntries(measured) }) };
}

function withoutOperations(plan: Plan): Plan {
  return { ...plan, experiments: plan.experiments.map((experiment) => ({ ...experiment, operations: [] })) };
}
