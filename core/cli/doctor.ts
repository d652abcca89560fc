import { findKernels } from '../guest/kernels.ts';
import { allowedCpus, pickCpus } from '../host/affinity.ts';
import { readCaches } from '../host/caches.ts';
import { canBuildI386, chosenCompiler, findCompiler } from '../host/compiler.ts';
import { type Equipment, findTroubles } from '../host/findings.ts';
import { findHelpers } from '../host/helpers.ts';
import { probeHost } from '../host/probe.ts';
import type { Availability } from '../hypervisors/hypervisor.ts';
import { hypervisors } from '../hypervisors/registry.ts';
import { useColour } from './colour.ts';
import { type Examination, renderDoctor } from './doctor-render.ts';

export interface DoctorOptions {
  /** Print the examination as JSON instead of text. */
  readonly json: boolean;
}

/** `hvbench doctor`: prints what can run on this computer, and how to get what cannot, to standard output. */
export async function doctor({ json }: DoctorOptions): Promise<void> {
  const examination = await examine();
  process.stdout.write(
    json ? `${JSON.stringify(examination, null, 2)}\n` : renderDoctor(examination, useColour()),
  );
}

/** Probes this computer and every hypervisor: these one after another, since a probe may start a guest. */
export async function examine(): Promise<Examination> {
  const [host, equipment] = await Promise.all([probeHost(), probeEquipment()]);
  const infos: Availability[] = [];
  const kernels = await findKernels([]);
  for (const hypervisor of hypervisors) infos.push(await hypervisor.probe(host, kernels));
  return {
    host,
    helpers: equipment.helpers,
    hypervisors: infos,
    kernels: Object.values(kernels),
    findings: findTroubles(host, equipment),
  };
}

async function probeEquipment(): Promise<Equipment> {
  const [helpers, compiler, allowed, { benchCpu }] = await Promise.all([
    findHelpers(),
    findCompiler(),
    allowedCpus(),
    pickCpus(),
  ]);
  return {
    helpers,
    chosenCompiler: chosenCompiler(),
    i386: compiler === null ? null : await canBuildI386(compiler),
    allowedCpus: allowed.length,
    cachesKnown: (await readCaches(benchCpu)) !== null,
  };
}
