/** What comes before measuring: this host is looked at, its hypervisors are probed, and the guest images are built. */
import type { Config } from '../config/config.ts';
import { buildImages } from '../guest/build.ts';
import { findKernels, type GuestKernels } from '../guest/kernels.ts';
import { linkedSuites } from '../guest/layout.ts';
import type { CpuChoice } from '../host/affinity.ts';
import { readCaches, TYPICAL_CACHES } from '../host/caches.ts';
import { probeHost } from '../host/probe.ts';
import type { Availability } from '../hypervisors/hypervisor.ts';
import { expectVariants } from '../hypervisors/variant.ts';
import { isReference } from '../model/role.ts';
import type { HostRecord } from '../results/schema.ts';
import { measurableIsas } from './able.ts';
import { makePlan } from './make-plan.ts';
import type { Listen, RunOptions } from './options.ts';
import type { Parts } from './parts.ts';
import type { Plan } from './plan.ts';
import { platformsOf, type Selection } from './selection.ts';

/** The plan of what was selected. Throws UserError where nothing of it can run or a variant names what is not there, and what `signal` aborts with. */
export async function prepare(
  config: Config,
  selection: Selection,
  { suites, host }: Pick<Parts, 'suites' | 'host'>,
  {
    profile,
    cpus,
    listen,
    signal,
  }: {
    readonly profile: RunOptions['profile'];
    readonly cpus: CpuChoice;
    readonly listen: Listen;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly plan: Plan; readonly record: HostRecord }> {
  listen({ type: 'phase', text: 'inspecting this host' });
  await expectVariants(host, selection.hypervisors);
  const record = await probeHost(host, cpus.benchCpu);
  const availabilities: Availability[] = [];
  const kernels = await guestKernels(config, selection);
  for (const hypervisor of selection.hypervisors) {
    // Nothing is measured yet that would have to be kept.
    signal.throwIfAborted();
    availabilities.push(await hypervisor.probe(host, { record, kernels }));
  }
  const isas = measurableIsas(selection, availabilities);
  listen({ type: 'phase', text: 'building guest images' });
  const note = (text: string) => listen({ type: 'note', text });
  const images = await buildImages(linkedSuites(suites, selection.suites), isas, { note, signal });
  // Working sets fit the caches of what is compared with.
  const elsewhere = availabilities.find(({ id }) => isReference(id))?.computer;
  const caches = elsewhere?.cpu.caches ?? (await readCaches(cpus.benchCpu, host)) ?? TYPICAL_CACHES;
  const chosen = { ...selection, isas, profile: { ...selection.profile, ...profile } };
  return { plan: makePlan(chosen, availabilities, images, kernels, caches, cpus), record };
}

/** What guests boot, where anything is asked for that takes an operating system: looking for it takes time. */
async function guestKernels(config: Config, { suites }: Selection): Promise<GuestKernels> {
  const kernels = await findKernels(config.kernels ?? []);
  return suites.some((suite) => platformsOf(suite).includes('linux')) ? kernels : {};
}
