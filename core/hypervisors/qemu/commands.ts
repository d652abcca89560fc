/** A user's commands in a Linux guest of QEMU, which sees the host's files by virtiofs. */

import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { preloadIn } from '../../guest/build.ts';
import { type CpioEntry, cpio } from '../../guest/cpio.ts';
import { kernelLack } from '../../guest/kernels.ts';
import { encodeSteps, MS } from '../../guest/steps.ts';
import { notInstalled } from '../../host/packages.ts';
import { launchReadOnly, protectionLack } from '../commands.ts';
import { guestRoot, HOST } from '../host-files.ts';
import { type CommandRunner, expectOffered, type Lack, MachineError } from '../hypervisor.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import type { CommandVm } from '../vm-spec.ts';
import type { QemuBuild } from './build.ts';
import { LINUX_OFFERS } from './guest-memory.ts';
import { qemuArguments } from './invocation.ts';
import { machineTypes } from './machine-types.ts';
import { qemuPath } from './program.ts';
import { holding, holdsRegisters } from './translated-cpu.ts';
import { findVirtiofsd, VIRTIOFS_TAG, virtiofsdCommand, virtiofsdLack } from './virtiofs.ts';

/** Of the accelerator of that name; `id`: of the driver that has it. */
export function qemuCommands(accelerator: string, id: string, build: QemuBuild): CommandRunner {
  return {
    offers: LINUX_OFFERS,
    async lack(host, program, kernel): Promise<Lack | null> {
      const server = await findVirtiofsd(host);
      if (server === null)
        return notInstalled(
          "virtiofsd, which shows the host's files to the guest, is not installed",
          'virtiofsd',
          host,
        );
      if (!kernel) return kernelLack('x86_64', {});
      if (kernel.modules === null)
        return {
          reason: `the modules that Linux ${kernel.release} needs to reach the host's files are missing`,
          remedy: 'npx hvbench guest',
        };
      return (await virtiofsdLack(host, server)) ?? protectionLack(host, program);
    },
    async launch(host, vm) {
      expectOffered(id, LINUX_OFFERS, vm);
      const { kernel, memoryMib, vcpus } = vm;
      const server = await findVirtiofsd(host);
      if (!kernel || server === null) throw new MachineError('it lacks a kernel or virtiofsd');
      const virtiofsd = await virtiofsdCommand(host, server);
      const qemu = await qemuPath(host, build);
      const held = (await holdsRegisters(host, accelerator, build)) && holding(build);
      const initramfs = await commandInitramfs(vm, kernel.modules ?? []);
      const argv = (path: string, user: boolean) =>
        qemuArguments({
          ...{ qemu, build, accelerator, machineType: build.machineType ?? machineTypes.linux[0] },
          ...held,
          ...{ image: path, kernel: kernel.path, memoryMib, vcpus },
          files: { virtiofsd, ...(user && { preload: preloadIn(dirname(vm.program), 'noatime') }) },
        });
      const devices = accelerator === 'kvm' ? ['/dev/kvm'] : [];
      return launchReadOnly(host, vm, { argv, initramfs, devices, limitMs: BOOT_LIMIT_MS });
    },
  };
}

/** The guest's first process, its steps, and the modules that they load. */
async function commandInitramfs(
  { program, commands }: Pick<CommandVm, 'program' | 'commands'>,
  modules: readonly string[],
): Promise<Buffer> {
  const steps = encodeSteps(
    [
      ...modules.map((path) => ({ do: 'module' as const, path: `/${basename(path)}` })),
      { do: 'directory', path: HOST },
      { do: 'mount', source: VIRTIOFS_TAG, at: HOST, type: 'virtiofs', flags: MS.RDONLY },
      ...guestRoot(),
    ],
    commands,
  );
  const files = await Promise.all(
    modules.map(
      async (path): Promise<CpioEntry> => ({
        path: basename(path),
        mode: 0o100600,
        content: await readFile(path),
      }),
    ),
  );
  return cpio([
    { path: 'init', mode: 0o100755, content: await readFile(program) },
    { path: 'steps', mode: 0o100600, content: steps },
    ...files,
  ]);
}
