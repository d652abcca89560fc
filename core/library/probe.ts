/** What can run here, and how to get what cannot. */
import { UserError } from '../errors.ts';
import { COMMAND_ISA, commandLack } from '../exec/lack.ts';
import { buildImages } from '../guest/build.ts';
import { findKernels, type GuestKernel, listKernels } from '../guest/kernels.ts';
import { linkedSuites } from '../guest/layout.ts';
import { allowedCpus, pickCpus } from '../host/affinity.ts';
import { readCaches } from '../host/caches.ts';
import { chosenCompiler } from '../host/compiler.ts';
import { type Equipment, type Finding, findTroubles, type Unbuilt } from '../host/findings.ts';
import { findHelpers, type Helpers } from '../host/helpers.ts';
import { probeHost } from '../host/probe.ts';
import type { ComputerState } from '../hypervisors/elsewhere.ts';
import type { Availability, Lack } from '../hypervisors/hypervisor.ts';
import { type HostRecord, isaSchema } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';

/** What can run on this computer; `hvbench doctor --json` prints this object. */
export interface Examination {
  readonly host: HostRecord;
  readonly helpers: Helpers;
  /** In the order in which people see them. */
  readonly hypervisors: readonly Availability[];
  /** What Linux guests boot. */
  readonly kernels: readonly GuestKernel[];
  /** What runs commands of a user's own (`hvbench exec`), or why it does not. */
  readonly commands: readonly { readonly id: string; readonly lack: Lack | null }[];
  readonly findings: readonly Finding[];
  /** How the computers are now that machines by SSH are on; empty if there are none that can be reached. */
  readonly elsewhere: readonly StateElsewhere[];
}

/** Of one machine; `state`: null if that computer could not be asked, and then `reason` says why. */
interface StateElsewhere {
  readonly id: string;
  readonly state: ComputerState | null;
  readonly reason?: string;
}

/** Probes this computer and every hypervisor: these one after another, since a probe may start a guest. */
export async function probe(parts: Parts): Promise<Examination> {
  const host = await probeHost(parts.host);
  const equipment = await probeEquipment(parts);
  const infos: Availability[] = [];
  const kernels = await findKernels([]);
  for (const hypervisor of parts.hypervisors)
    infos.push(
      withoutUnbuilt(await hypervisor.probe(parts.host, { record: host, kernels }), equipment.unbuilt),
    );
  return {
    host,
    helpers: equipment.helpers,
    hypervisors: infos,
    kernels: listKernels(kernels),
    commands: await examineCommands(parts, infos, kernels[COMMAND_ISA]),
    findings: findTroubles(host, equipment),
    elsewhere: await statesElsewhere(parts, infos),
  };
}

async function statesElsewhere(
  { hypervisors, host }: Parts,
  infos: readonly Availability[],
): Promise<StateElsewhere[]> {
  const states: StateElsewhere[] = [];
  for (const { id, elsewhere } of hypervisors) {
    if (!elsewhere || !infos.some((info) => info.id === id && info.available)) continue;
    states.push(
      await elsewhere.state(host).then(
        (state) => ({ id, state }),
        ({ message: reason }: Error) => ({ id, state: null, reason }),
      ),
    );
  }
  return states;
}

/** A hypervisor runs only what there is to run. */
function withoutUnbuilt(info: Availability, unbuilt: readonly Unbuilt[]): Availability {
  const isas = info.isas.filter((isa) => !unbuilt.some((each) => each.isa === isa));
  if (!info.available || isas.length === info.isas.length) return info;
  if (isas.length > 0) return { ...info, isas };
  const reasons = new Set(unbuilt.map(({ reason }) => reason));
  return { ...info, available: false, reason: `it has nothing to run: ${[...reasons].join('; ')}` };
}

/** Which of them run a user's own commands, and why the others do not; those that never can are left out. */
async function examineCommands(
  { suites, hypervisors, host }: Parts,
  infos: readonly Availability[],
  kernel: GuestKernel | undefined,
): Promise<Examination['commands']> {
  const able = hypervisors.filter(({ commands }) => commands);
  const program = await buildImages(linkedSuites(suites, []), [COMMAND_ISA]).then(
    (images) => images.image(COMMAND_ISA, 'commands').path,
    (error: Error) => error,
  );
  const examined = [];
  for (const hypervisor of able) {
    const availability = infos.find(({ id }) => id === hypervisor.id);
    if (!availability) continue;
    const lack =
      program instanceof Error
        ? { reason: program.message }
        : await commandLack(host, hypervisor, availability, program, kernel);
    examined.push({ id: hypervisor.id, lack });
  }
  return examined;
}

async function probeEquipment(parts: Parts): Promise<Equipment> {
  const { host } = parts;
  const [helpers, allowed, { benchCpu }] = await Promise.all([
    findHelpers(host),
    allowedCpus(host),
    pickCpus(host),
  ]);
  return {
    computer: host,
    helpers,
    chosenCompiler: chosenCompiler(),
    ...(await tryBuilding(parts)),
    allowedCpus: allowed.length,
    cachesKnown: (await readCaches(benchCpu, host)) !== null,
  };
}

/** Builds what a run builds: nothing else shows that it can. */
async function tryBuilding({ suites }: Parts): Promise<Pick<Equipment, 'unbuilt' | 'buildNotes'>> {
  const unbuilt: Unbuilt[] = [];
  const notes = new Set<string>();
  for (const isa of isaSchema.options) {
    try {
      await buildImages(suites, [isa], { note: (text) => void notes.add(text) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unbuilt.push({ isa, reason: error.message });
    }
  }
  return { unbuilt, buildNotes: [...notes] };
}
