/** The process of one kvm machine: `machine.js IMAGE large|small`. Frames come and go by fd 0 and 1. */
import { readFileSync } from 'node:fs';
import { parseElf } from '../../guest/elf.ts';
import { IDENTITY_END, LARGE_ARENA, LARGE_ARENA_SIZE } from '../../guest/layout.ts';
import { PortDevice } from '../../guest/ports.ts';
import { Vm } from './vm.ts';

const [, , path = '', pages = 'small'] = process.argv;
try {
  const elf = parseElf(readFileSync(path));
  const entry = elf.symbol('start_user');
  if (entry === null) throw new Error(`${path} has no symbol start_user`);
  const large = pages === 'large';
  const vm = new Vm({
    isa: elf.isa,
    memoryBytes: large ? LARGE_ARENA + LARGE_ARENA_SIZE : IDENTITY_END,
    ranges: [
      { start: 0, end: IDENTITY_END, pages: '4k' },
      ...(large ? [{ start: LARGE_ARENA, end: LARGE_ARENA + LARGE_ARENA_SIZE, pages: '2m' as const }] : []),
    ],
  });
  vm.load(elf.segments);
  vm.enter(entry, large ? 1 : 0);
  const device = new PortDevice(vm.memory);
  vm.run((port, value) => device.out(port, value));
} catch (error) {
  process.stderr.write(`kvm: ${(error as Error).message}\n`);
  process.exit(1);
}
