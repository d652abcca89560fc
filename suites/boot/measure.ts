/**
 * The study of boots: each machine is launched again and again, alone on the measuring CPU, from a warm and from a cold
 * page cache in turns, and is stopped as soon as it has answered.
 */
import { type Machine, MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import { FEWEST_LAUNCHES } from '../../core/measure/stop.ts';
import type { Platform } from '../../core/results/schema.ts';
import { type LaunchContext, watchLaunch } from './launch.ts';
import type { BootCache, BootEntry } from './schema.ts';
import { findSubjects, isLaunchable, type Launchable, type Subject } from './subjects.ts';
import { bootKey, bootName } from './summarize.ts';
import { fits, type Turn, turnsOf } from './turns.ts';

/** Of its time, what it takes where all have had the two launches that an interval takes; until then it takes all. */
const SHARE = 2 / 3;
const CACHES: readonly BootCache[] = ['warm', 'cold'];

/** Measures, and records what it finds. Leaves no machine behind. */
export async function measureBoot(options: MethodContext<BootEntry>): Promise<void> {
  const { plan, planned, seconds, earlier, recorded, append, record, listen, signal } = options;
  const began = performance.now();
  const { operationLaunches } = plan.profile;
  listen({ type: 'step', text: 'boot: looking for roles' });
  const subjects: readonly Subject[] = await findSubjects(plan, planned.grounds, signal).catch(
    (error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    },
  );
  announce(options, subjects);

  const context: LaunchContext = { cpu: plan.cpus.benchCpu, signal, files: new Map() };
  const failed = new Set<string>();
  const launchable: readonly Launchable[] = subjects.filter(isLaunchable);
  const turns = launchable.flatMap((subject) =>
    CACHES.map(
      (cache): Turn<Launchable> => ({
        ...{ subject, cache, patient: subject.patient },
        ...recall(recorded, subject, cache),
      }),
    ),
  );
  for (const one of earlier)
    if (one.type === 'failure' && one.suite === planned.suite)
      failed.add(`${one.hypervisor} ${one.isa} ${one.workload}`);
  const nameOf = (subject: Subject) => `${subject.hypervisor} ${subject.isa} ${bootName(subject)}`;
  const seen = new Set<string>();

  for (let round = 0; !signal.aborted; round++) {
    const leftMs = ({ launches, patient }: Pick<Turn<unknown>, 'launches' | 'patient'>) =>
      began + seconds * 1000 * (launches < FEWEST_LAUNCHES && !patient ? 1 : SHARE) - performance.now();
    const patientMs = leftMs({ launches: 0, patient: true });
    const able = turns.filter(({ subject }) => !failed.has(nameOf(subject)));
    const due = turnsOf(able, { round, seed: plan.seed, operationLaunches, leftMs: patientMs });
    const fitting = due.filter((turn) => fits(turn, leftMs(turn)));
    if (fitting.length === 0) {
      const complete = able.every(({ launches }) => launches > 0) && due.length === 0;
      record({ type: 'boot-end', reason: complete ? 'launches' : 'budget' });
      return;
    }
    listen({ type: 'step', text: `boot: round ${round + 1}, ${fitting.length} launches` });
    for (const turn of fitting) {
      const { subject, cache } = turn;
      if (signal.aborted) return;
      if (!fits(turn, leftMs(turn)) || failed.has(nameOf(subject))) continue;
      let startedAt = performance.now();
      try {
        // The first launch of a hypervisor shows which files it maps. It counts for nothing.
        const { id } = subject.machine.hypervisor;
        if (!context.files.has(id)) {
          await watchLaunch(subject, null, context);
          startedAt = performance.now();
        }
        const prove = seen.has(nameOf(subject)) ? undefined : proofOf(options, subject);
        const watched = await watchLaunch(subject, cache, { ...context, ...(prove && { prove }) });
        seen.add(nameOf(subject));
        const { hypervisor, machineType, isa, role } = subject;
        const launch = turn.launches++;
        record({ type: 'boot-launch', launch, hypervisor, machineType, isa, role, cache, ...watched });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof MachineError)) throw error;
        failed.add(nameOf(subject));
        const { hypervisor, isa } = subject;
        const what = { launch: turn.launches, hypervisor, isa, workload: bootName(subject) };
        append({
          ...{ type: 'failure', suite: planned.suite, platform: platformOf(subject), ...what },
          error: error.message,
        });
        listen({ type: 'failure', ...what, error: error.message });
      }
      turn.tookMs = performance.now() - startedAt;
    }
  }
}

function platformOf({ image }: Launchable): Platform {
  return image.runtime === 'bare' ? 'bare' : 'linux';
}

/** Names every subject in the journal, once: those too that cannot be launched. */
function announce(
  { planned, recorded, record }: MethodContext<BootEntry>,
  subjects: readonly Subject[],
): void {
  const known = new Set(recorded.flatMap((entry) => (entry.type === 'boot-subject' ? [bootKey(entry)] : [])));
  for (const subject of subjects) {
    if (known.has(bootKey(subject))) continue;
    const { hypervisor, machineType, isa, role } = subject;
    record({
      ...{ type: 'boot-subject', suite: planned.suite, hypervisor, machineType, isa, role },
      imageBytes: isLaunchable(subject) ? subject.imageBytes : null,
      kernelBytes: isLaunchable(subject) ? subject.kernelBytes : null,
      ...(!isLaunchable(subject) && { unavailable: subject.unavailable }),
    });
  }
}

/** What an earlier run of the same plan has measured. */
function recall(
  recorded: readonly BootEntry[],
  subject: Launchable,
  cache: BootCache,
): Pick<Turn<Launchable>, 'launches' | 'tookMs'> {
  const own = recorded.filter(
    (entry) => entry.type === 'boot-launch' && entry.cache === cache && bootKey(entry) === bootKey(subject),
  );
  const last = own.at(-1);
  return { launches: own.length, tookMs: last?.type === 'boot-launch' ? last.milestonesMs.ready : null };
}

/** What really executed: asked of the machine after its launch has been measured. */
function proofOf({ append }: MethodContext<BootEntry>, subject: Launchable): LaunchContext['prove'] {
  const { hypervisor, availability } = subject.machine;
  return async (machine: Machine) => {
    const evidence = await hypervisor.verify(await machine.identify(), machine, availability);
    append({
      ...{ type: 'inside', hypervisor: hypervisor.id, isa: subject.isa, platform: platformOf(subject) },
      evidence: evidence.map((line) => `${bootName(subject)}: ${line}`),
    });
  };
}
