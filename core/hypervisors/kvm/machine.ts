/** The process of one kvm machine: `machine.js IMAGE large|small`. Frames come and go by fd 0 and 1. */
import { readFileSync } from 'node:fs';
import { parseElf } from '../../guest/elf.ts';
import { PortDevice } from '../../guest/ports.ts';
import { addressSpace } from './address-space.ts';
import { Vm } from './vm.ts';

const [, , path = '', pages = 'small'] = process.argv;
try {
  const elf = parseElf(readFileSync(path));
  const entry = elf.symbol('start_user');
  if (entry === null) throw new Error(`${path} has no symbol start_user`);
  const large = pages === 'large';
  const vm = new Vm({ isa: elf.isa, ...addressSpace(large) });
  vm.load(elf.segments);
  vm.enter(entry, large ? 1 : 0);
  const device = new PortDevice(vm.memory);
  vm.run((port, value) => device.out(port, value));
} catch (error) {
  process.stderr.write(`kvm: ${(error as Error).message}\n`);
  process.exit(1);
}
