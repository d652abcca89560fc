/** Guests whose kernel finds no first process: a boot that fails is told in one line, and leaves nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cpio } from '../../../core/guest/cpio.ts';
import { pickCpus } from '../../../core/host/affinity.ts';
import { localHost } from '../../../core/host/local.ts';
import { MachineError } from '../../../core/hypervisors/hypervisor.ts';
import { startProcessMachine } from '../../../core/hypervisors/process-machine.ts';
import { accelerators } from '../../../core/hypervisors/qemu/accelerators.ts';
import { qemuArguments } from '../../../core/hypervisors/qemu/invocation.ts';
import { comesUp } from '../../../core/hypervisors/qemu/trial-boot.ts';
import { umlArguments } from '../../../core/hypervisors/uml/invocation.ts';
import { MEMORY_MIB } from '../../../core/hypervisors/uml/memory-folder.ts';
import { kernels, umlIsUsable } from '../../linux.ts';
import { qemu, qemuIsUsable } from '../../qemu.ts';
import { requireOrSkip } from '../../require.ts';
import { isRunning, processesWith } from './remains.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-boot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const empty = join(folder, 'empty');
writeFileSync(empty, cpio([{ path: 'dev', mode: 0o40755 }]));
const kernel = kernels.x86_64?.path ?? '';
const noGuests = requireOrSkip('guests', kernel !== '');
const noQemu = requireOrSkip('qemu', qemuIsUsable);
const noUml = requireOrSkip('uml', umlIsUsable);

async function expectPanic(argv: readonly string[]): Promise<void> {
  process.env.HVBENCH_TEST_BOOT = folder;
  const { benchCpu } = await pickCpus(localHost);
  const machine = startProcessMachine(localHost, argv, benchCpu, { limitMs: 40_000 });
  await expect(machine).rejects.toBeInstanceOf(MachineError);
  await expect(machine).rejects.toThrow(/Kernel panic - not syncing/);
  await expect
    .poll(() => processesWith('HVBENCH_TEST_BOOT', folder).filter(isRunning), { timeout: 20_000 })
    .toEqual([]);
}

it.skipIf(noGuests || noQemu)('in QEMU', () =>
  expectPanic(qemuArguments({ qemu, accelerator: 'tcg', machineType: 'pc', image: empty, kernel })),
);

it.skipIf(noUml)('in User Mode Linux', () =>
  expectPanic(
    umlArguments({
      program: 'linux.uml',
      initramfs: empty,
      memoryMib: MEMORY_MIB,
      enclosed: null,
      users: true,
    }),
  ),
);

it.skipIf(noGuests || noQemu)('a trial tells a kernel that comes up from one that does not', async () => {
  const tcg = accelerators.find(({ name }) => name === 'tcg');
  if (!tcg) throw new Error('there is no tcg');
  expect(await comesUp(qemu, tcg, kernel)).toBe(true);
  expect(await comesUp(qemu, tcg, empty)).toBe(false);
});
