/** The process of one kvm machine: `machine.js IMAGE large|small|kernel`. Frames come and go by fd 0 and 1. */
import { readFileSync } from 'node:fs';
import { type Elf, parseElf } from '../../guest/elf.ts';
import { IDENTITY_END } from '../../guest/layout.ts';
import { PortDevice } from '../../guest/ports.ts';
import { addressSpace } from './address-space.ts';
import { answerScratch } from './scratch.ts';
import { Vm } from './vm.ts';

const startedNs = process.hrtime.bigint();
const [, , path = '', kind = 'small'] = process.argv;

function entryOf(elf: Elf, name: string): number {
  const entry = elf.symbol(name);
  if (entry === null) throw new Error(`${path} has no symbol ${name}`);
  return entry;
}

/** Workloads run at level 3, in an address space that is there before them. */
function prepareUser(elf: Elf): Vm {
  const large = kind === 'large';
  const vm = new Vm({ isa: elf.isa, ...addressSpace(large) });
  vm.load(elf.segments);
  vm.enter(entryOf(elf, 'start_user'), large ? 1 : 0);
  return vm;
}

/** Operations run in a kernel, which makes everything but its interrupt controllers by itself. */
function prepareKernel(elf: Elf): Vm {
  const vm = new Vm({ isa: elf.isa, memoryBytes: IDENTITY_END, ranges: [], interruptControllers: true });
  vm.load(elf.segments);
  vm.enterKernel(entryOf(elf, 'start_kernel'));
  return vm;
}

try {
  const elf = parseElf(readFileSync(path));
  const vm = kind === 'kernel' ? prepareKernel(elf) : prepareUser(elf);
  const device = new PortDevice(vm.memory, startedNs, vm.exitCounter());
  vm.run((port, value) => device.out(port, value), kind === 'kernel' ? answerScratch : null);
} catch (error) {
  process.stderr.write(`kvm: ${(error as Error).message}\n`);
  process.exit(1);
}
