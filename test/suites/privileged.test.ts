/** The table of operations against the images: what one names, the other holds. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildImages, type GuestImages } from '../../core/guest/build.ts';
import { parseElf } from '../../core/guest/elf.ts';
import { pickCpus } from '../../core/host/affinity.ts';
import { localHost } from '../../core/host/local.ts';
import { type Machine, Refusal } from '../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../core/hypervisors/registry.ts';
import type { Operation } from '../../core/model/suite.ts';
import type { Isa } from '../../core/results/schema.ts';
import { suites } from '../../suites/index.ts';
import { privileged } from '../../suites/privileged/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { ISAS, useImageCache } from '../core/guest/cache.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';

useImageCache();
const operations = privileged.operations ?? [];
const on = (isa: Isa) => operations.filter(({ isas }) => !isas || isas.includes(isa));

let images: GuestImages;
let cpu: number;
beforeAll(async () => {
  images = await buildImages(suites, ISAS);
  cpu = (await pickCpus(localHost)).benchCpu;
});

const machines: Machine[] = [];
afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.stop();
});

async function launch(id: string, isa: Isa): Promise<Machine> {
  const hypervisor = hypervisors.find((one) => one.id === id);
  if (!hypervisor) throw new Error(`there is no ${id}`);
  const image = images.image(isa, id === 'native' ? 'linux-operations' : 'kernel');
  const machine = await hypervisor.launch(localHost, { image, cpu, features: [] });
  machines.push(machine);
  return machine;
}

/** Does it a few times; null, or why it was refused. */
async function attempt(id: string, machine: Machine, { name, argument }: Operation): Promise<string | null> {
  const scratch = hypervisors.find((one) => one.id === id)?.scratch;
  const address = argument === undefined ? 0 : (scratch?.[argument] ?? 0);
  try {
    await machine.prepare({ name: `privileged/${name}`, seed: 1, argument: address }, 5_000);
    await machine.run(0, 5_000);
    expect((await machine.run(3, 5_000)).wallNs, name).toBeGreaterThan(0);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Names in an image's table of workloads: 32 bytes of each entry of 64. */
function namesIn(isa: Isa, runtime: 'kernel' | 'linux-operations'): string[] {
  const elf = parseElf(readFileSync(images.image(isa, runtime).path));
  const code = elf.section('.runtime') ?? Buffer.alloc(0);
  const at = (symbol: string) => (elf.symbol(symbol) ?? 0) - (elf.sectionAddress('.runtime') ?? 0);
  const names: string[] = [];
  for (let entry = at('workload_table_start'); entry < at('workload_table_end'); entry += 64)
    names.push(code.toString('latin1', entry, code.indexOf(0, entry)));
  return names.sort();
}

const named = (some: readonly Operation[]) => some.map(({ name }) => `privileged/${name}`).sort();

describe.each(ISAS)('operations of %s', (isa) => {
  it('are those of the table, in our kernel and in a process', () => {
    expect(namesIn(isa, 'kernel')).toEqual(named(on(isa)));
    const native = on(isa).filter((operation) => operation.native !== 'impossible');
    expect(namesIn(isa, 'linux-operations')).toEqual(named(native));
  });

  it('can be done natively as far as the table says so, one after another', async () => {
    const machine = await launch('native', isa);
    for (const operation of atLeastOne(on(isa).filter(({ native }) => native !== 'impossible'))) {
      expect(await attempt('native', machine, operation), operation.name).toBeNull();
    }
  });

  it.skipIf(requireOrSkip('qemu', qemuIsUsable))(
    "can all be done under QEMU's translator but for a hypercall and giving memory back",
    async () => {
      const machine = await launch('qemu-tcg', isa);
      const refused: Record<string, string> = {};
      for (const operation of on(isa)) {
        const reason = await attempt('qemu-tcg', machine, operation);
        if (reason !== null) refused[operation.name] = reason;
      }
      expect(refused).toEqual({
        'fresh-page': 'its memory cannot be given back, to be touched for the first time again',
        hypercall: 'the CPU does not know the instruction (#UD)',
      });
      // After all of it, and what it refused, the machine is what it was.
      expect(await attempt('qemu-tcg', machine, operations[0] as Operation)).toBeNull();
    },
  );
});

it('v86 refuses what needs a local APIC, with that reason, and lives on', async () => {
  const machine = await launch('v86', 'i386');
  const refused: string[] = [];
  for (const operation of on('i386')) {
    const reason = await attempt('v86', machine, operation);
    if (reason === 'its CPU has no local APIC') refused.push(operation.name);
  }
  expect(refused).toEqual(['apic-read', 'ipi', 'timer', 'hlt']);
  expect(await attempt('v86', machine, operations[0] as Operation)).toBeNull();
});
