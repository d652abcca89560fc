import { describe, expect, it } from 'vitest';
import type { Config } from '../../../core/config/config.ts';
import { profiles } from '../../../core/config/profiles.ts';
import { measurableIsas } from '../../../core/run/able.ts';
import { makePlan } from '../../../core/run/make-plan.ts';
import { select } from '../../../core/run/selection.ts';
import { suites } from '../../../suites/index.ts';
import { refusal } from '../../refusal.ts';
import { ALL, CACHES, CPUS, drivers, images, KERNELS, NO_KVM } from './example.ts';

const choose = (config: Config) => select(config, suites, drivers);

/** Availability of the chosen hypervisors alone, as the tool probes them. */
const probed = (config: Config, all = ALL) =>
  all.filter(({ id }) => choose(config).hypervisors.some((hypervisor) => hypervisor.id === id));

function plan(config: Config, all = ALL) {
  return makePlan(choose(config), probed(config, all), images, KERNELS, CACHES, CPUS);
}

/** What runs on which ISA, as text: `x86_64: native control kvm`. */
function machines(config: Config, all = ALL): string[] {
  return plan({ suites: ['cpu', 'memory'], ...config }, all).experiments.map(
    ({ isa, platform, machines: planned }) =>
      `${isa}${platform === 'linux' ? ' Linux' : ''}: ${planned.map(({ hypervisor }) => hypervisor.id).join(' ')}`,
  );
}

describe('select', () => {
  it('takes everything but self-tests where nothing is named', () => {
    const selection = choose({});
    expect(selection.suites.map(({ name }) => name)).toEqual(['cpu', 'memory', 'privileged', 'system']);
    expect(selection.hypervisors).toEqual(drivers);
    expect(selection.isas).toEqual(['x86_64', 'i386']);
    expect(selection.named).toEqual({ hypervisors: false, isas: false });
    expect(selection.profileName).toBe('standard');
    expect(selection.profile).toEqual(profiles.standard);
    expect(selection.negligible).toBe(0.02);
  });

  it('takes a self-test where its suite or its workload is named', () => {
    expect(choose({ suites: ['faults'] }).suites.map(({ name }) => name)).toEqual(['faults']);
    expect(choose({ workloads: ['hang', 'integer'] }).suites.map(({ name }) => name)).toEqual([
      'cpu',
      'faults',
    ]);
  });

  it('takes operations by their names, as it takes workloads', () => {
    const names = (config: Config) => choose(config).suites.map(({ name }) => name);
    expect(names({ workloads: ['cpuid'] })).toEqual(['privileged']);
    expect(names({ workloads: ['cpuid', 'tak'] })).toEqual(['cpu', 'privileged']);
    expect(names({ suites: ['privileged'], workloads: ['hlt'] })).toEqual(['privileged']);
  });

  it('adds native to whatever hypervisors are named, once, in the order of the registry', () => {
    expect(choose({ hypervisors: ['v86', 'kvm'] }).hypervisors.map(({ id }) => id)).toEqual([
      'native',
      'kvm',
      'v86',
    ]);
    expect(choose({ hypervisors: ['native'] }).hypervisors.map(({ id }) => id)).toEqual(['native']);
  });

  it.each<[string, Config, RegExp]>([
    [
      'suite',
      { suites: ['cpu', 'gpu'] },
      /^unknown suite 'gpu': use one of cpu, memory, faults, privileged, system, boot, consolidation, density$/,
    ],
    [
      'hypervisor',
      { hypervisors: ['xen'] },
      /^unknown hypervisor 'xen': use one of native, control, kvm, v86$/,
    ],
    [
      'workload',
      { workloads: ['nothing'] },
      /^unknown workload 'nothing': use one of integer, .*first-touch, hang, .*loop, callret, .*hlt, null, .*file$/,
    ],
    [
      'workload of the suites',
      { suites: ['memory'], workloads: ['integer'] },
      /^unknown workload 'integer': use one of stream-copy,/,
    ],
    [
      'operation of the suites',
      { suites: ['privileged'], workloads: ['integer'] },
      /^unknown workload 'integer': use one of loop, callret, .*hlt$/,
    ],
    ['name that every object has', { suites: ['toString'] }, /^unknown suite 'toString'/],
  ])('refuses an unknown %s and lists those that there are', (_, config, message) => {
    expect(refusal(() => choose(config))).toMatch(message);
  });

  it('draws a seed where none is given, and keeps one that is, even 0', () => {
    const seeds = [choose({}).seed, choose({}).seed, choose({}).seed];
    expect(new Set(seeds).size).toBeGreaterThan(1);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
    expect(choose({ seed: 0 }).seed).toBe(0);
  });

  it('turns percents into fractions', () => {
    expect(choose({ precision: 2, negligible: 5 })).toMatchObject({
      profile: { precision: { direct: 0.02, translated: 0.02 } },
      negligible: 0.05,
    });
    const { profile } = choose({ profile: 'quick', precision: { direct: 1, translated: 4 }, budget: 7 });
    expect(profile).toEqual({
      ...profiles.quick,
      budgetSeconds: 7,
      precision: { direct: 0.01, translated: 0.04 },
    });
  });
});

describe('makePlan', () => {
  it('pairs every ISA with the machines that run it, each with its image', () => {
    expect(machines({ suites: ['cpu', 'system'] })).toEqual([
      'x86_64: native control kvm',
      'i386: native control v86',
      'i386 Linux: native control v86',
    ]);
    const [wide] = plan({}).experiments;
    expect(wide?.machines.map(({ image }) => image.path)).toEqual([
      '/images/x86_64/linux',
      '/images/x86_64/linux',
      '/images/x86_64/bare',
    ]);
  });

  it('boots Linux where a suite asks for it, with the kernel of the ISA, and runs nothing else there', () => {
    const { experiments } = plan({ suites: ['cpu', 'system'] });
    expect(experiments.map(({ isa, platform }) => `${isa} ${platform}`)).toEqual([
      'x86_64 bare',
      'i386 bare',
      'i386 linux',
    ]);
    const linux = experiments.find(({ platform }) => platform === 'linux');
    expect(new Set(linux?.workloads.map(({ suite }) => suite))).toEqual(new Set(['system']));
    expect(
      linux?.machines.map(({ hypervisor, image, kernel }) => [hypervisor.id, image.path, kernel]),
    ).toEqual([
      ['native', '/images/i386/linux', KERNELS.i386],
      ['control', '/images/i386/linux', KERNELS.i386],
      ['v86', '/images/i386/initramfs', KERNELS.i386],
    ]);
  });

  it('leaves a guest out that lacks something, and says what where nothing else is left', () => {
    const lacking = ALL.map((a) =>
      a.id === 'v86' ? { ...a, linux: { isas: a.isas, lacks: { i386: { reason: 'no kernel' } } } } : a,
    );
    expect(machines({ suites: ['cpu', 'system'] }, lacking)).toEqual([
      'x86_64: native control kvm',
      'i386: native control v86',
    ]);
    const system = { suites: ['system'], hypervisors: ['v86'] };
    expect(refusal(() => measurableIsas(choose(system), probed(system, lacking)))).toContain(
      'v86: no kernel',
    );
  });

  it('gives each workload its digest and its argument', () => {
    const { experiments } = plan({ workloads: ['integer', 'chase-l2'] });
    expect(
      experiments[1]?.workloads.map(({ workload, targets: _, ...rest }) => ({
        name: workload.name,
        ...rest,
      })),
    ).toEqual([
      {
        name: 'integer',
        suite: 'cpu',
        isa: 'i386',
        entry: 'cpu/integer',
        digest: 'digest of i386 cpu/integer.c',
        argument: 0,
      },
      {
        name: 'chase-l2',
        suite: 'memory',
        isa: 'i386',
        entry: 'memory/chase',
        digest: 'digest of i386 memory/chase.c',
        argument: 256 * 1024,
      },
    ]);
  });

  it('gives each machine an image for operations, with the digest of all of it', () => {
    const [wide] = plan({}).experiments;
    expect(
      wide?.machines.map(({ hypervisor: { id }, operations }) => [id, operations?.image, operations?.digest]),
    ).toEqual(
      [
        ['native', 'linux-operations'],
        ['control', 'linux-operations'],
        ['kvm', 'kernel'],
      ].map(([id, runtime]) => [
        id,
        { isa: 'x86_64', runtime, path: `/images/x86_64/${runtime}`, folder: '/images/x86_64' },
        `digest of x86_64 ${runtime}`,
      ]),
    );
  });

  it('holds every operation of its suites on each ISA that has it', () => {
    const { experiments: isas } = plan({ suites: ['privileged'] });
    expect(isas.map(({ isa }) => isa)).toEqual(['x86_64', 'i386']);
    expect(isas.map(({ workloads }) => workloads)).toEqual([[], []]);
    const [wide, narrow] = isas.map(({ operations }) =>
      operations.map(({ suite, operation }) => `${suite}/${operation.name}`),
    );
    const all = suites.flatMap(({ name, operations = [] }) =>
      operations.map((operation) => `${name}/${operation.name}`),
    );
    expect(wide).toEqual(all);
    expect(all).toContain('privileged/cr8wr');
    expect(narrow).toEqual(all.filter((name) => name !== 'privileged/cr8wr'));
  });

  it('holds operations and workloads as they are named, each among its own kind', () => {
    const named = (config: Config) =>
      plan(config).experiments.map(({ isa, workloads, operations }) => [
        isa,
        workloads.map(({ workload }) => workload.name),
        operations.map(({ operation }) => operation.name),
      ]);
    expect(named({ workloads: ['cpuid'] })).toEqual([
      ['x86_64', [], ['cpuid']],
      ['i386', [], ['cpuid']],
    ]);
    expect(named({ workloads: ['cr8wr', 'tak'] })).toEqual([
      ['x86_64', ['tak'], ['cr8wr']],
      ['i386', ['tak'], []],
    ]);
    expect(named({ suites: ['cpu'], workloads: ['tak'] })).toEqual([
      ['x86_64', ['tak'], []],
      ['i386', ['tak'], []],
    ]);
  });

  it('leaves out an ISA whose only guest cannot run here', () => {
    expect(machines({}, NO_KVM)).toEqual(['i386: native control v86']);
    expect(plan({}, NO_KVM).availabilities.find(({ id }) => id === 'kvm')?.available).toBe(false);
  });

  it('runs native on every ISA where it alone was asked for', () => {
    expect(machines({ hypervisors: ['native'] })).toEqual(['x86_64: native', 'i386: native']);
    expect(machines({ hypervisors: ['control'] })).toEqual([
      'x86_64: native control',
      'i386: native control',
    ]);
  });

  it('runs the control where it was named and no guest that was named is left', () => {
    expect(machines({ hypervisors: ['control', 'kvm'] }, NO_KVM)).toEqual([
      'x86_64: native control',
      'i386: native control',
    ]);
    expect(machines({ hypervisors: ['control', 'v86'], isas: ['x86_64'] })).toEqual([
      'x86_64: native control',
    ]);
    // A guest that is left decides where native is worth measuring.
    expect(machines({ hypervisors: ['control', 'kvm', 'v86'] }, NO_KVM)).toEqual([
      'i386: native control v86',
    ]);
    // A suite about guests has nothing to say of the control.
    const { ownMethodSuites } = plan({ suites: ['cpu', 'density'], hypervisors: ['control', 'kvm'] }, NO_KVM);
    expect(ownMethodSuites).toEqual([]);
    expect(refusal(() => plan({ suites: ['density'], hypervisors: ['control', 'kvm'] }, NO_KVM))).toContain(
      'nothing to measure',
    );
  });

  it('runs an ISA that is emulated only where both it and the hypervisor are named', () => {
    expect(machines({ hypervisors: ['kvm'], isas: ['i386'] })).toEqual(['i386: native kvm']);
    expect(machines({ hypervisors: ['kvm'] })).toEqual(['x86_64: native kvm']);
    expect(machines({ isas: ['i386'] })).toEqual(['i386: native control v86']);
    expect(machines({ hypervisors: ['kvm', 'v86'], isas: ['i386', 'x86_64'] })).toEqual([
      'x86_64: native kvm',
      'i386: native kvm v86',
    ]);
  });
});

describe('measurableIsas', () => {
  const isas = (config: Config, all = ALL) => measurableIsas(choose(config), probed(config, all));

  it('agrees with the plan', () => {
    expect(isas({})).toEqual(['x86_64', 'i386']);
    expect(isas({}, NO_KVM)).toEqual(['i386']);
    expect(isas({ hypervisors: ['native'], isas: ['i386'] })).toEqual(['i386']);
  });

  it('refuses in one line, with the reason, where nothing is left', () => {
    expect(refusal(() => isas({ hypervisors: ['kvm'] }, NO_KVM))).toBe(
      'nothing can run here (kvm: there is no /dev/kvm): see hvbench doctor',
    );
    expect(refusal(() => isas({ hypervisors: ['v86'], isas: ['x86_64'] }))).toBe(
      'nothing can run here (v86: it runs no x86_64 guests): see hvbench doctor',
    );
    expect(refusal(() => isas({ suites: ['system'], hypervisors: ['kvm', 'v86'], isas: ['x86_64'] }))).toBe(
      'nothing can run here (kvm: it runs no Linux; v86: it runs no x86_64 guests): see hvbench doctor',
    );
  });

  it('refuses where native itself cannot run', () => {
    const broken = ALL.map((a) => (a.id === 'native' ? { ...a, available: false, reason: 'no taskset' } : a));
    expect(refusal(() => isas({}, broken))).toContain('native: no taskset');
  });
});
