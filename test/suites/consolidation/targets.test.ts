import { expect, it } from 'vitest';
import type { Config } from '../../../core/config/config.ts';
import type { GuestImages } from '../../../core/guest/build.ts';
import type { Availability } from '../../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import type { Isa } from '../../../core/results/schema.ts';
import { makePlan } from '../../../core/run/make-plan.ts';
import { select } from '../../../core/run/selection.ts';
import { consolidationTargets } from '../../../suites/consolidation/targets.ts';
import { suites } from '../../../suites/index.ts';

const BOTH: Isa[] = ['x86_64', 'i386'];

/** What probing finds on a computer without QEMU that has everything else. */
function availability(id: string): Availability {
  const native = ['native', 'control', 'container'].includes(id);
  const absent = id.startsWith('qemu');
  const isas: Isa[] = native || absent ? BOTH : id === 'v86' ? ['i386'] : ['x86_64'];
  return {
    ...{ id, title: id, version: null, paging: null, evidence: [], notes: [], onRequest: [], features: [] },
    mode: native ? 'native' : 'hosted',
    technique: native ? 'bare' : 'direct-execution',
    ...{ isas, available: !absent, ...(absent && { reason: 'QEMU is not installed' }) },
    linux: { isas: native || id === 'uml' ? isas : [], lacks: {} },
  };
}

const images: GuestImages = {
  image: (isa, runtime) => ({ isa, runtime, path: `/images/${isa}/${runtime}`, folder: `/images/${isa}` }),
  imageDigest: () => 'digest',
  digest: () => 'digest',
};

function targets(config: Config) {
  const selection = select({ suites: ['consolidation'], ...config }, suites, hypervisors);
  const probed = selection.hypervisors.map(({ id }) => availability(id));
  const caches = { l1d: 32 << 10, l2: 512 << 10, llc: 32 << 20 };
  const plan = makePlan(selection, probed, images, {}, caches, {
    benchCpu: 1,
    toolCpus: [0],
    cpuChosen: false,
  });
  const [planned] = plan.ownMethodSuites;
  if (!planned) throw new Error('nothing is planned');
  const found = consolidationTargets(plan, planned);
  return {
    here: found.targets.map(({ isa, machine }) => `${isa} ${machine.hypervisor.id}`),
    absent: found.unavailable.map(({ hypervisor, reason }) => `${hypervisor}: ${reason}`),
  };
}

it('each on the first ISA that it runs, with native beside, the control left out', () => {
  const { here, absent } = targets({});
  expect(here).toEqual(['x86_64 native', 'i386 native', 'x86_64 kvm', 'i386 v86']);
  expect(absent).toEqual([
    'container: measured only where it is named: --hypervisor container',
    'qemu-tcg: QEMU is not installed',
    'qemu-kvm: QEMU is not installed',
    'uml: measured only where it is named: --hypervisor uml',
  ]);
});

it('what needs Linux, or a container, where it is named', () => {
  expect(targets({ hypervisors: ['container', 'uml'] }).here).toEqual([
    'x86_64 native',
    'x86_64 container',
    'x86_64 uml',
  ]);
});

it('native alone, once, where nobody else was asked for', () => {
  expect(targets({ hypervisors: ['native'] })).toEqual({ here: ['x86_64 native'], absent: [] });
});

it('one ISA where one was asked for', () => {
  const { here, absent } = targets({ hypervisors: ['kvm', 'v86'], isas: ['i386'] });
  expect(here).toEqual(['i386 native', 'i386 v86']);
  expect(absent).toEqual(['kvm: it runs no i386 guests']);
});
