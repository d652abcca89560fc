/** A user's commands in a Linux guest of QEMU, which sees the host's files by virtiofs. */

import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { preloadIn } from '../../guest/build.ts';
import { type CpioEntry, cpio } from '../../guest/cpio.ts';
import { kernelLack } from '../../guest/kernels.ts';
import { encodeSteps, MS } from '../../guest/steps.ts';
import { localHost } from '../../host/local.ts';
import { notInstalled } from '../../host/packages.ts';
import { launchReadOnly, protectionLack } from '../commands.ts';
import { guestRoot, HOST } from '../host-files.ts';
import {
  type CommandRunner,
  type CommandsImage,
  type CommandsOptions,
  type Lack,
  MachineError,
} from '../hypervisor.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import { machineScript } from '../process-machine.ts';
import { machineTypes } from './machine-types.ts';
import { qemuPath } from './program.ts';
import { findVirtiofsd, VIRTIOFS_TAG } from './virtiofs.ts';

/** Of the accelerator of that name. */
export function qemuCommands(accelerator: string): CommandRunner {
  return {
    async lack(program, kernel): Promise<Lack | null> {
      if ((await findVirtiofsd()) === null)
        return notInstalled(
          "virtiofsd, which shows the host's files to the guest, is not installed",
          'virtiofsd',
          localHost,
        );
      if (!kernel) return kernelLack('x86_64', {});
      if (kernel.modules === null)
        return {
          reason: `the modules that Linux ${kernel.release} needs to reach the host's files are missing`,
          remedy: 'npx hvbench guest',
        };
      return protectionLack(program);
    },
    async launch(image: CommandsImage, options: CommandsOptions) {
      const { kernel } = options;
      const virtiofsd = await findVirtiofsd();
      if (!kernel || virtiofsd === null) throw new MachineError('it lacks a kernel or virtiofsd');
      const qemu = await qemuPath();
      const initramfs = await commandInitramfs(image, kernel.modules ?? []);
      const argv = (path: string, user: boolean) => [
        ...[
          process.execPath,
          machineScript('qemu'),
          qemu,
          accelerator,
          machineTypes.linux[0],
          path,
          kernel.path,
        ],
        ...[
          virtiofsd,
          String(options.memoryMib),
          ...(user ? [preloadIn(dirname(image.program), 'noatime')] : []),
        ],
      ];
      const devices = accelerator === 'kvm' ? ['/dev/kvm'] : [];
      return launchReadOnly(image, options, { argv, initramfs, devices, limitMs: BOOT_LIMIT_MS });
    },
  };
}

/** The guest's first process, its steps, and the modules that they load. */
async function commandInitramfs(
  { program, commands }: CommandsImage,
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
