import { expect, it } from 'vitest';
import type { GuestKernels } from '../../../core/guest/kernels.ts';
import { bootsKernels } from '../../../core/hypervisors/linux-support.ts';

const kernels: GuestKernels = {
  i386: { isa: 'i386', path: '/vmlinuz', release: '6.1.0', origin: 'host', modules: [] },
};

it('an ISA without a kernel is lacking, with the command that fetches one', () => {
  expect(bootsKernels(['x86_64', 'i386'], kernels)).toEqual({
    isas: ['x86_64', 'i386'],
    lacks: {
      x86_64: { reason: 'there is no Linux kernel for x86_64 guests', remedy: 'npx hvbench guest' },
    },
  });
});

it('what else a driver lacks counts where there is a kernel', () => {
  const bios = { reason: 'no BIOS', remedy: 'apt-get install seabios' };
  expect(bootsKernels(['i386'], kernels, () => bios).lacks).toEqual({ i386: bios });
  expect(bootsKernels(['i386'], {}, () => bios).lacks.i386?.reason).toMatch(/no Linux kernel/);
});
