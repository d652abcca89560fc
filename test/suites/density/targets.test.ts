import { describe, expect, it } from 'vitest';
import type { Availability } from '../../../core/hypervisors/hypervisor.ts';
import { noLinux } from '../../../core/hypervisors/linux-support.ts';
import { hypervisors as drivers } from '../../../core/hypervisors/registry.ts';
import { densityTargets } from '../../../suites/density/targets.ts';

const availability = (id: string, reason?: string): Availability => ({
  ...{ id, title: id, mode: 'hosted', technique: 'direct-execution', paging: null, version: null },
  ...{ isas: ['x86_64'], onRequest: [], features: [], linux: noLinux, inside: [], notes: [] },
  available: reason === undefined,
  ...(reason !== undefined && { reason }),
});
const chosen = (availabilities: readonly Availability[], hypervisors = false) =>
  densityTargets({ availabilities, named: { hypervisors, isas: false } }, drivers).map(({ id, lack }) => [
    id,
    lack,
  ]);

describe('densityTargets', () => {
  it('takes our own and the QEMU that needs least', () => {
    const all = ['native', 'v86', 'kvm', 'qemu-tcg', 'qemu-kvm', 'uml'].map((id) => availability(id));
    expect(chosen(all)).toEqual([
      ['kvm', null],
      ['qemu-kvm', null],
    ]);
  });

  it('takes both QEMUs where hypervisors were named', () => {
    expect(
      chosen(
        ['qemu-tcg', 'qemu-kvm'].map((id) => availability(id)),
        true,
      ),
    ).toEqual([
      ['qemu-kvm', null],
      ['qemu-tcg', null],
    ]);
  });

  it('has a word for each that was named, but for what others are compared with', () => {
    const all = ['native', 'control', 'kvm', 'v86', 'uml'].map((id) => availability(id));
    const lack = 'the suite supports only kvm, qemu-kvm and qemu-tcg';
    expect(chosen(all, true)).toEqual([
      ['kvm', null],
      ['v86', lack],
      ['uml', lack],
    ]);
  });

  it('says what is missing, and falls back on the translator', () => {
    const missing = [availability('kvm', 'no /dev/kvm'), availability('qemu-kvm', 'no /dev/kvm')];
    expect(chosen([...missing, availability('qemu-tcg')])).toEqual([
      ['kvm', 'no /dev/kvm'],
      ['qemu-kvm', 'no /dev/kvm'],
      ['qemu-tcg', null],
    ]);
  });

  it('takes no QEMU that can be no microvm, and says why', () => {
    const without = { ...availability('qemu-tcg'), machineLacks: { microvm: 'it was built without' } };
    expect(chosen([without])).toEqual([
      ['qemu-tcg', 'the suite needs microvms, which this QEMU lacks (it was built without)'],
    ]);
  });
});
