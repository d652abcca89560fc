import { describe, expect, it } from 'vitest';
import { localHost } from '../../../core/host/local.ts';
import { expectOffered, MachineError } from '../../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import { beyondOffers, type VmShape } from '../../../core/hypervisors/vm-spec.ts';

describe('what a machine is beyond what a driver offers', () => {
  it.each([
    [{}, null],
    [{ vcpus: 1, disks: [], networks: [] }, null],
    [{ vcpus: 2 }, '2 CPUs: its guests have one'],
    [{ memoryMib: 512 }, '512 MiB of memory: it cannot be chosen'],
    [{ disks: [{ path: '/disk' }] }, 'a disk: hvbench attaches none to its guests'],
    [{ networks: [{ bridge: 'br0' }] }, 'a network: hvbench connects its guests to none'],
  ])('nothing offered: %j', (vm, beyond) => {
    expect(beyondOffers({}, vm)).toBe(beyond);
  });

  it.each([
    [{ vcpus: 4, memoryMib: 64, disks: [{ path: '/disk' }], networks: [{ bridge: 'br0' }] }, null],
    [{ vcpus: 5 }, '5 CPUs: its guests have 4 at most'],
    [{ memoryMib: 63 }, '63 MiB of memory: the guest needs 64 MiB'],
    [{ vcpus: 0 }, '0 CPUs: the number is a whole one from 1 to 255'],
    [{ vcpus: 1.5 }, '1.5 CPUs: the number is a whole one from 1 to 255'],
    [{ memoryMib: Number.NaN }, 'NaN MiB of memory: the number is a whole one from 1 to 16777216'],
  ])('all offered: %j', (vm, beyond) => {
    expect(beyondOffers({ vcpus: 4, memoryMib: 64, disks: true, networks: true }, vm)).toBe(beyond);
  });

  it('is told in a line, with the driver’s own reason', () => {
    const offers = { why: { vcpus: 'its VMs have one vCPU' } };
    expect(() => expectOffered('kvm', offers, { vcpus: 2 })).toThrow(
      new MachineError('kvm can start no machine with 2 CPUs: its VMs have one vCPU'),
    );
  });
});

const BEYOND: [string, Partial<VmShape>][] = [
  ['256 CPUs', { vcpus: 256 }],
  ['a disk', { disks: [{ path: '/disk', readOnly: true }] }],
  ['a network', { networks: [{ bridge: 'br0' }] }],
  ['1 MiB of memory', { memoryMib: 1 }],
];

function imageFor({ runtimes }: (typeof hypervisors)[number]) {
  const runtime = runtimes.bare ?? runtimes.linux ?? 'linux';
  return { isa: 'x86_64', runtime, path: '/nowhere', folder: '/' } as const;
}

describe.each(hypervisors)('$id', (hypervisor) => {
  it.each(BEYOND)('refuses a machine with %s before it starts anything', async (what, shape) => {
    const image = imageFor(hypervisor);
    const refusal = hypervisor.launch(localHost, { image, cpu: 0, features: [], ...shape });
    await expect(refusal).rejects.toBeInstanceOf(MachineError);
    await expect(refusal).rejects.toThrow(`${hypervisor.id} can start no machine with ${what}: `);
  });
});

describe.each(hypervisors.filter(({ vmGroups }) => vmGroups))('groups of $id', (hypervisor) => {
  it.each(BEYOND)('refuse machines with %s', async (what, shape) => {
    const vm = { image: imageFor(hypervisor), cpus: [0], features: [], data: [], ...shape };
    const many = hypervisor.vmGroups?.launchMany(localHost, vm, 1);
    await expect(many).rejects.toThrow(`${hypervisor.id} can start no machine with ${what}: `);
  });
});

describe.each(hypervisors.filter(({ commands }) => commands))('commands in $id', (hypervisor) => {
  it.each(BEYOND.slice(0, 3))('are refused in a machine with %s', async (what, shape) => {
    const argvs = { command: ['true'], setup: undefined, before: undefined };
    const refusal = hypervisor.commands?.launch(localHost, {
      ...{ program: '/nowhere', cpu: 0, memoryMib: 256, share: [], ...shape },
      commands: {
        ...{ user: null, capabilities: null, mask: 0o22, limits: [], folder: '/', environment: {}, argvs },
      },
    });
    await expect(refusal).rejects.toThrow(`${hypervisor.id} can start no machine with ${what}: `);
  });
});
