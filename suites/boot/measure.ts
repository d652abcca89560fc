/**
 * Boot: each machine is launched again and again, alone on the measuring CPU, from a warm and from a cold
 * page cache in turns, and is stopped as soon as it has answered.
 */
import { type Machine, MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import { FEWEST_LAUNCHES } from '../../core/measure/stop.ts';
import type { Platform } from '../../core/results/schema.ts';
import { type LaunchContext, watchLaunch } from './launch.ts';
import type { BootCache, BootEntry } from './schema.ts';
import { bootKey, bootName } from './summarize.ts';
import { type BootTarget, findBootTargets, isLaunchable, type LaunchableTarget } from './targets.ts';
import { type BootTurn, fits, turnsOf } from './turns.ts';

/** Of its time, what it takes where all have had the two launches that an interval takes; until then it takes all. */
const SHARE = 2 / 3;
const CACHES: readonly BootCache[] = ['warm', 'cold'];

/** Measures, and records what it finds. Leaves no machine behind. */
export async function measureBoot(options: MethodContext<BootEntry>): Promise<void> {
  const { plan, planned, seconds, earlier, recorded, append, record, listen, signal } = options;
  const began = performance.now();
  const { operationLaunches } = plan.profile;
  listen({ type: 'step', text: 'boot: looking for roles' });
  const targets: readonly BootTarget[] = await findBootTargets(plan, planned.testbeds, signal).catch(
    (error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    },
  );
  announce(options, targets);

  const context: LaunchContext = { host: options.host, cpu: plan.cpus.benchCpu, signal, files: new Map() };
  const failed = new Set<string>();
  const launchable: readonly LaunchableTarget[] = targets.filter(isLaunchable);
  const turns = launchable.flatMap((target) =>
    CACHES.map(
      (cache): BootTurn<LaunchableTarget> => ({
        ...{ target, cache, patient: target.patient },
        ...recall(recorded, target, cache),
      }),
    ),
  );
  for (const one of earlier)
    if (one.type === 'failure' && one.suite === planned.suite)
      failed.add(`${one.hypervisor} ${one.isa} ${one.workload}`);
  const nameOf = (target: BootTarget) => `${target.hypervisor} ${target.isa} ${bootName(target)}`;
  const seen = new Set<string>();

  for (let round = 0; !signal.aborted; round++) {
    const leftMs = ({ launches, patient }: Pick<BootTurn<unknown>, 'launches' | 'patient'>) =>
      began + seconds * 1000 * (launches < FEWEST_LAUNCHES && !patient ? 1 : SHARE) - performance.now();
    const patientMs = leftMs({ launches: 0, patient: true });
    const able = turns.filter(({ target }) => !failed.has(nameOf(target)));
    const due = turnsOf(able, { round, seed: plan.seed, operationLaunches, leftMs: patientMs });
    const fitting = due.filter((turn) => fits(turn, leftMs(turn)));
    if (fitting.length === 0) {
      const complete = able.every(({ launches }) => launches > 0) && due.length === 0;
      record({ type: 'boot-end', reason: complete ? 'launches' : 'budget' });
      return;
    }
    listen({ type: 'step', text: `boot: round ${round + 1}, ${fitting.length} launches` });
    for (const turn of fitting) {
      const { target, cache } = turn;
      if (signal.aborted) return;
      if (!fits(turn, leftMs(turn)) || failed.has(nameOf(target))) continue;
      let startedAt = performance.now();
      try {
        // The first launch of a hypervisor shows which files it maps. It counts for nothing.
        const { id } = target.machine.hypervisor;
        if (!context.files.has(id)) {
          await watchLaunch(target, null, context);
          startedAt = performance.now();
        }
        const verify = seen.has(nameOf(target)) ? undefined : verificationOf(options, target);
        const watched = await watchLaunch(target, cache, { ...context, ...(verify && { verify }) });
        seen.add(nameOf(target));
        const { hypervisor, machineType, isa, role } = target;
        const launch = turn.launches++;
        record({ type: 'boot-launch', launch, hypervisor, machineType, isa, role, cache, ...watched });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof MachineError)) throw error;
        failed.add(nameOf(target));
        const { hypervisor, isa } = target;
        const what = { launch: turn.launches, hypervisor, isa, workload: bootName(target) };
        append({
          ...{ type: 'failure', suite: planned.suite, platform: platformOf(target), ...what },
          error: error.message,
        });
        listen({ type: 'failure', ...what, error: error.message });
      }
      turn.tookMs = performance.now() - startedAt;
    }
  }
}

function platformOf({ image }: LaunchableTarget): Platform {
  return image.runtime === 'bare' ? 'bare' : 'linux';
}

/** Names every target in the journal, once: those too that cannot be launched. */
function announce(
  { planned, recorded, record }: MethodContext<BootEntry>,
  targets: readonly BootTarget[],
): void {
  const known = new Set(recorded.flatMap((entry) => (entry.type === 'boot-subject' ? [bootKey(entry)] : [])));
  for (const target of targets) {
    if (known.has(bootKey(target))) continue;
    const { hypervisor, machineType, isa, role } = target;
    record({
      ...{ type: 'boot-subject', suite: planned.suite, hypervisor, machineType, isa, role },
      imageBytes: isLaunchable(target) ? target.imageBytes : null,
      kernelBytes: isLaunchable(target) ? target.kernelBytes : null,
      ...(!isLaunchable(target) && { unavailable: target.unavailable }),
    });
  }
}

/** What an earlier run of the same plan has measured. */
function recall(
  recorded: readonly BootEntry[],
  target: LaunchableTarget,
  cache: BootCache,
): Pick<BootTurn<LaunchableTarget>, 'launches' | 'tookMs'> {
  const own = recorded.filter(
    (entry) => entry.type === 'boot-launch' && entry.cache === cache && bootKey(entry) === bootKey(target),
  );
  const last = own.at(-1);
  return { launches: own.length, tookMs: last?.type === 'boot-launch' ? last.milestonesMs.ready : null };
}

/** What really executed: asked of the machine after its launch has been measured. */
function verificationOf(
  { host, append }: MethodContext<BootEntry>,
  target: LaunchableTarget,
): LaunchContext['verify'] {
  const { hypervisor, availability } = target.machine;
  return async (machine: Machine) => {
    const evidence = await hypervisor.verify(host, await machine.identify(), machine, availability);
    append({
      ...{ type: 'evidence', hypervisor: hypervisor.id, isa: target.isa, platform: platformOf(target) },
      evidence: evidence.map((line) => `${bootName(target)}: ${line}`),
    });
  };
}
