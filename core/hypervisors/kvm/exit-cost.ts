/** What an exit through this VMM costs, and what setting up a VM costs: for `hvbench self` and its tests. */
import { RUNTIME_BASE } from '../../guest/layout.ts';
import { addressSpace } from './address-space.ts';
import { Vm } from './vm.ts';

const PORT = 0x1e5c;
/** mov edx, PORT; 1: out dx, eax; jmp 1b */
const OUT_LOOP = Buffer.from([0xba, PORT & 0xff, PORT >> 8, 0, 0, 0xef, 0xeb, 0xfd]);

/** The VM that a kvm machine with large pages sets up. Close it after use. */
export function createMachineVm(): Vm {
  return new Vm({ isa: 'x86_64', ...addressSpace(true) });
}

/** Loads a guest that does nothing but `out`; returns a function that times a number of exits, ns each. */
export function prepareOutLoop(vm: Vm): (exits: number) => number {
  vm.load([{ address: RUNTIME_BASE, memorySize: OUT_LOOP.length, bytes: OUT_LOOP }]);
  vm.enter(RUNTIME_BASE, 0);
  return (exits) => {
    let count = 0;
    const began = process.hrtime.bigint();
    vm.run(() => (++count < exits ? true : 'stop'));
    return Number(process.hrtime.bigint() - began) / exits;
  };
}
