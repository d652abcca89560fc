/** What hardware assist would cost the workloads of a result on other CPUs. */
import type { PredictionReport } from '../../reports/predict/index.ts';
import { UserError } from '../errors.ts';
import { countedMachines } from '../judge/exits/machine.ts';
import { checkPrediction } from '../judge/predict/check.ts';
import { clockOf, measuredCpu, type PricedCpu, published } from '../judge/predict/cpu.ts';
import { counterOf, predict as predictBy } from '../judge/predict/predict.ts';
import { CPU_COSTS } from '../judge/predict/unit-costs.ts';
import { footingOf } from '../results/footing.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { readResult } from './read.ts';

export interface PredictOptions {
  /** The result in which exits were counted; the target itself if left out. */
  readonly exits?: string | Result | undefined;
  /** Whose exits; those of the first guest that counted all if left out. */
  readonly hypervisor?: string | undefined;
  /** Published CPUs by name; all if left out. */
  readonly cpus?: readonly string[] | undefined;
  /** Results with single operations: what exits cost on other computers. */
  readonly costs?: readonly (string | Result)[] | undefined;
  /** What turns published cycles into time: the CPU's own clock if left out, or that of the target's computer. */
  readonly clock?: 'own' | 'host' | undefined;
}

const nameOf = (source: string | Result) => (typeof source === 'string' ? source : 'a result in memory');

/**
 * Predicts the overhead of each workload that ran natively in the target. Throws UserError if a path holds no result, native
 * times are an emulator's, nobody counted exits of the same machine code, or a CPU is unknown.
 */
export async function predict(
  source: string | Result,
  options: PredictOptions,
  parts: Parts,
): Promise<PredictionReport> {
  const { clock = 'own', costs = [] } = options;
  const read = async (from: string | Result) =>
    typeof from === 'string' ? await readResult(from, parts) : from;
  const target = await read(source);
  const from = options.exits ?? source;
  const counted = from === source ? target : await read(from);
  if (footingOf(target.host) === 'emulated')
    throw new UserError(
      `${nameOf(source)} was measured on an emulated CPU, whose times mean nothing: name a result of a real one, and this with --exits`,
    );
  const counter = counterOf(counted, options.hypervisor);
  if (!counter) throw new UserError(noCounter(counted, nameOf(from), options.hypervisor));
  const ghz = clockOf(target);
  const cpus = [
    ...chosen(options.cpus).map((one) => published(one, ghz, clock)),
    ...(await ownOf(source, target, counter.hypervisor)),
    ...(await Promise.all(costs.map(async (cost) => ownOf(cost, await read(cost), null)))).flat(),
  ];
  const prediction = predictBy(target, counted, counter, cpus);
  if (prediction.rows.length === 0)
    throw new UserError(
      `there is no prediction: ${prediction.absent[0]?.reason ?? `${nameOf(source)} has no native times`}; count exits with this version of hvbench and the same compiler: hvbench emulate -- run`,
    );
  return { ...prediction, target: nameOf(source), source: nameOf(from), check: checkPrediction(target) };
}

function chosen(names: readonly string[] | undefined): typeof CPU_COSTS {
  if (!names) return CPU_COSTS;
  return names.map((name) => {
    const one = CPU_COSTS.find(({ id }) => id === name);
    if (!one)
      throw new UserError(
        `no costs are known of a CPU ${name}: use one of ${CPU_COSTS.map(({ id }) => id).join(', ')}`,
      );
    return one;
  });
}

/** The guests of a result whose operations were measured; `required` is null for a result that was named for nothing else. */
async function ownOf(
  source: string | Result,
  result: Result,
  hypervisor: string | null,
): Promise<PricedCpu[]> {
  const ids = result.hypervisors.filter(({ mode }) => mode !== 'native').map(({ id }) => id);
  const wanted = hypervisor === null ? ids : ids.filter((id) => id === hypervisor);
  const found = wanted.flatMap(
    (id) => measuredCpu(result, id, hypervisor === null ? `${id}, ${nameOf(source)}` : `${id} here`) ?? [],
  );
  if (hypervisor === null && found.length === 0)
    throw new UserError(
      `${nameOf(source)} does not say what an exit costs: measure there with --suite privileged, on a CPU that is not emulated`,
    );
  return found;
}

function noCounter(counted: Result, name: string, hypervisor: string | undefined): string {
  const some = countedMachines(counted).map((one) => one.hypervisor);
  const whose = hypervisor === undefined ? 'no guest' : `not ${hypervisor}`;
  const partly = some.length > 0 ? ` (${some.join(', ')}: see hvbench exits ${name})` : '';
  return `there is no prediction: in ${name} ${whose} counted all its exits per iteration${partly}; name a result in which one did with --exits`;
}
