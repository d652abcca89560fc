/** Which QEMU is started, and what it is told beside what hvbench tells every one: a variant's. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { environmentOption, pathOption, wordsOption } from '../variant-options.ts';
import type { Accelerator } from './accelerators.ts';

/** QEMU ends an option at a comma, and the command `env` takes a name with a = for a variable. */
const plainPath = pathOption.refine((path) => !/[,=]/.test(path), 'must hold no comma and no =');

export const buildOptions = z.strictObject({
  /** A path, or a name on the PATH. */
  program: plainPath.optional(),
  args: wordsOption.optional(),
  env: environmentOption.optional(),
  /** LD_LIBRARY_PATH: folders with colons between them. */
  libraryPath: plainPath
    .transform((path) =>
      path
        .split(':')
        .map((folder) => resolve(folder))
        .join(':'),
    )
    .optional(),
  /** QEMU's `-L`. */
  firmware: plainPath.transform((path) => resolve(path)).optional(),
  /** QEMU's `-M`, instead of what hvbench would choose. */
  machineType: z
    .string()
    .regex(/^[a-z0-9][\w.+-]*(,[\w.+-]+=[\w.+-]+)*$/i, 'must be a machine type of QEMU, such as pc or q35')
    .optional(),
});

/** Nothing of it: the QEMU of this host, as hvbench starts it. */
export type QemuBuild = z.infer<typeof buildOptions>;
export const OWN: QemuBuild = {};

/** Options that hvbench gives QEMU itself, or that would take the guest from it, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  M: 'name it by machineType',
  machine: 'name it by machineType',
  L: 'name the folder by firmware',
  'enable-kvm': 'make it a variant of qemu-kvm',
  'no-kvm': 'make it a variant of qemu-tcg',
  ...Object.fromEntries(
    [
      ...[
        'smp',
        'm',
        'kernel',
        'initrd',
        'append',
        'serial',
        'monitor',
        'mon',
        'qmp',
        'display',
        'nographic',
      ],
      ...['daemonize', 'S', 'incoming', 'loadvm', 'version', 'help', 'h', 'pidfile', 'runas', 'chroot'],
    ].map((name) => [name, 'hvbench sets it']),
  ),
};

/** Arguments, apart: those that go in the place of hvbench's own, and the others. */
export interface SplitArguments {
  /** The values of `-accel` and `-cpu`. */
  readonly accel: string | null;
  readonly cpu: string | null;
  readonly others: readonly string[];
}

/** Throws Error, in words for a user, for what a variant of this accelerator cannot be told. */
export function splitArguments(args: readonly string[], { name }: Pick<Accelerator, 'name'>): SplitArguments {
  const found: { accel: string | null; cpu: string | null } = { accel: null, cpu: null };
  const others: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const told = args[index] ?? '';
    const option = told.startsWith('-') ? told.replace(/^--?/, '') : '';
    const instead = REFUSED[option];
    if (instead !== undefined) throw new Error(`args cannot have ${told}: ${instead}`);
    if (option !== 'accel' && option !== 'cpu') {
      others.push(told);
      continue;
    }
    const value = args[++index];
    if (value === undefined) throw new Error(`args end with ${told}, which takes a value`);
    if (found[option] !== null) throw new Error(`args have ${told} twice: a machine has one`);
    found[option] = value;
  }
  const named = found.accel?.split(',')[0]?.replace(/^accel=/, '');
  if (named !== undefined && named !== name)
    throw new Error(`args name the accelerator ${named}: make it a variant of qemu-${named}`);
  return { ...found, others };
}

/** What starts the program, in front of its arguments. */
export function programOf(path: string, { env = {}, libraryPath }: QemuBuild): string[] {
  const variables = { ...env, ...(libraryPath !== undefined && { LD_LIBRARY_PATH: libraryPath }) };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  // For QEMU alone, not for what is in front of it.
  return [...(assignments.length > 0 ? ['env', ...assignments] : []), path];
}

/** A QEMU that is such a machine (`-M`) on such an accelerator; what the machine has goes behind it. */
export function machineCommand(
  path: string,
  build: QemuBuild,
  machine: string,
  accelerator: Pick<Accelerator, 'name' | 'cpu'>,
): string[] {
  const { accel, cpu, others } = splitArguments(build.args ?? [], accelerator);
  return [
    ...programOf(path, build),
    ...(build.firmware === undefined ? [] : ['-L', build.firmware]),
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', machine],
    ...['-accel', accel ?? accelerator.name, '-cpu', cpu ?? accelerator.cpu],
    ...others,
  ];
}
