/** `hvbench validate --ab`: how often does an A/B raise a false alarm here, and what does it find? */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { writeOrSay } from '../../files.ts';
import { groupBy } from '../../group-by.ts';
import { ISAS } from '../../model/isa.ts';
import { partsOf } from '../../parts.ts';
import { describeHostClass, hostClassOf } from '../../results/host-class.ts';
import { namesIn } from '../../run/selection.ts';
import { median } from '../../stats/index.ts';
import { poolOf } from '../../validate/ab/pool.ts';
import { abRates, spreadOf } from '../../validate/ab/rates.ts';
import type { TrialSettings } from '../../validate/ab/trial.ts';
import { printable } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { type AbValidation, type RealRuns, renderAbValidation } from './ab-markdown.ts';
import { type MeasuredKind, measureAbs, type PlannedRun, type RealAb } from './ab-runs.ts';
import { splitPage } from './page.ts';
import { HYPERVISORS, usable, type ValidateFlags, WORKLOADS } from './validate.ts';

const RUNS = 20;
const BUDGET = 60;
/** Of the candidate, in one real A/B of each kind: it checks what trials make by shifting ratios. */
const SLOWDOWN = 0.05;
const ALPHA = 0.05;
const MIN_EFFECT = 0.01;
/** What one takes besides its budget, seconds: probing, starting, judging. */
const BESIDE = 4;
const MARKS = ['validation-ab'] as const;

/** As real ones are; with three times the budget; and for who asks for half the effect. */
const settingsOf = (budgetSeconds: number, quick: boolean): TrialSettings[] => {
  const usual = { budgetSeconds, alpha: ALPHA, minEffect: MIN_EFFECT };
  if (quick) return [usual];
  return [usual, { ...usual, minEffect: MIN_EFFECT / 2 }, { ...usual, budgetSeconds: 3 * budgetSeconds }];
};

/** Throws UserError where an A/B cannot be made, or the file to write has no marks. */
export async function validateAb(flags: ValidateFlags, signal: AbortSignal): Promise<void> {
  const quick = flags.quick ?? false;
  const seed = flags.seed ?? 1;
  const budgetSeconds = flags.budget ?? (quick ? 5 : BUDGET);
  const page = flags.write === undefined ? null : splitPage(flags.write, MARKS);
  const kinds = await kindsOf(flags);
  const runs = planOf(kinds, flags.runs ?? (quick ? kinds.length : RUNS));
  const say = (text: string) => process.stderr.write(`${printable(text)}\n`);
  const minutes = Math.ceil((runs.length * (budgetSeconds + BESIDE)) / 60);
  say(
    `${runs.length} A/Bs of ${budgetSeconds} s take up to ${minutes} min; what is measured already is kept`,
  );
  const progress = createProgress();
  let done: RealAb[];
  try {
    done = await measureAbs({
      ...{ folder: flags.out, runs, budgetSeconds, minEffect: MIN_EFFECT, seed, cpu: flags.cpu },
      ...{ wait: flags.wait ?? false, listen: progress.listen, say, signal },
    });
  } finally {
    progress.stop();
  }
  const [first] = done;
  if (!first) throw new UserError('no A/B could be made: see above');
  const same = (kind: MeasuredKind) =>
    done.filter(
      (run) => run.slowdown === 0 && run.hypervisor === kind.hypervisor && run.suite === kind.suite,
    );
  const pools = kinds
    .filter((kind) => same(kind).length > 0)
    .map((kind) => poolOf(kind, same(kind)))
    .filter(({ rows }) => rows.length > 0);
  const [trials, trialsPerEffect] = quick ? [20, 5] : [400, 50];
  const rates = await abRates(pools, {
    ...{ seed, trials, trialsPerEffect, settings: settingsOf(budgetSeconds, quick) },
    checkpoint: async () => {
      // Signals are only seen between turns of the event loop.
      await setImmediate();
      if (signal.aborted) throw new UserError('interrupted; repeat the command to judge what was measured');
    },
    onKind: (title) => say(`judging: ${title}`),
  });
  const report: AbValidation = {
    createdAt: new Date().toISOString(),
    tool: first.tool,
    host: `${describeHostClass(hostClassOf(first.host))}; ${first.host.cpu.cpus} CPUs, Linux ${first.host.kernel}.`,
    settings: { budgetSeconds, alpha: ALPHA, minEffect: MIN_EFFECT, seed, trials, trialsPerEffect },
    runs: realRuns(done),
    rates,
    spread: pools.flatMap(spreadOf),
  };
  const text = renderAbValidation(report);
  process.stdout.write(text);
  const write = (path: string, content: string) =>
    writeOrSay(path, content, path, 'its runs are kept: free up space, then repeat the command to continue');
  write(join(flags.out, 'validation-ab.json'), `${JSON.stringify(report, null, 1)}\n`);
  write(join(flags.out, 'validation-ab.md'), text);
  if (page && flags.write !== undefined) write(flags.write, `${page.before}${text}${page.after}`);
}

/** Each hypervisor on one ISA, with the workloads of one suite at a time; suites in their order first. */
async function kindsOf({ hypervisor, workload = WORKLOADS }: ValidateFlags): Promise<MeasuredKind[]> {
  const found = await usable(hypervisor ?? HYPERVISORS);
  const missing = hypervisor?.find((id) => !found.some((one) => one.id === id));
  if (missing !== undefined) throw new UserError(`${missing} cannot run here: see hvbench doctor`);
  const { suites } = partsOf();
  const unknown = workload.find((name) => !suites.some((suite) => namesIn(suite).includes(name)));
  if (unknown !== undefined) throw new UserError(`unknown workload '${unknown}': see hvbench list`);
  return suites.flatMap(({ name: suite, workloads }) => {
    const own = workloads.map(({ name }) => name).filter((name) => workload.includes(name));
    if (own.length === 0) return [];
    return found.flatMap(({ id, isas: able }): MeasuredKind[] => {
      const isa = ISAS.find((one) => able.includes(one));
      return isa ? [{ hypervisor: id, suite, isa, workloads: own }] : [];
    });
  });
}

/** So many A/As, of all kinds in turn, and of each kind one A/B with a slower candidate. */
function planOf(kinds: readonly MeasuredKind[], count: number): PlannedRun[] {
  const same = Array.from({ length: count }, (_, index): PlannedRun[] => {
    const kind = kinds[index % kinds.length];
    return kind ? [{ kind, slowdown: 0, number: Math.floor(index / kinds.length) + 1 }] : [];
  });
  return [...same.flat(), ...kinds.map((kind) => ({ kind, slowdown: SLOWDOWN, number: 1 }))];
}

/** Real runs of one kind and slow-down together. */
function realRuns(done: readonly RealAb[]): RealRuns[] {
  const groups = groupBy(done, ({ slowdown, suite, hypervisor }) =>
    JSON.stringify([slowdown, suite, hypervisor]),
  );
  return [...groups.values()]
    .map((runs): RealRuns => {
      const [{ hypervisor, suite, slowdown }] = runs as [RealAb, ...RealAb[]];
      const rows = runs.flatMap(({ outcome }) => outcome.figures.filter(({ workload }) => workload !== null));
      const having = (verdict: (typeof rows)[number]['verdict']) =>
        runs.filter(({ outcome }) => outcome.figures.some((figure) => figure.verdict === verdict)).length;
      const verdicts = (verdict: (typeof rows)[number]['verdict']) =>
        rows.filter((row) => row.verdict === verdict).length;
      return {
        ...{ hypervisor, suite, slowdown, runs: runs.length, figures: rows.length },
        ...{ regressed: having('regressed'), improved: having('improved') },
        ...{ found: verdicts('regressed'), same: verdicts('same'), undecided: verdicts('undecided') },
        measured: rows.length > 0 ? median(rows.map(({ estimate }) => estimate)) : null,
        seconds: runs.reduce((sum, { outcome }) => sum + outcome.elapsedSeconds, 0) / runs.length,
      };
    })
    .sort(
      (a, b) =>
        a.slowdown - b.slowdown || a.suite.localeCompare(b.suite) || a.hypervisor.localeCompare(b.hypervisor),
    );
}
