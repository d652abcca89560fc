/**
 * Files of steps: what a process does before it serves commands or becomes another program, such as making a root file
 * system. suites/runtime/linux/steps.c is the other side, and does nothing but what it is told here.
 */

/** Flags of mount(2), from linux/mount.h. */
export const MS = {
  RDONLY: 1,
  NOSUID: 2,
  NODEV: 4,
  NOEXEC: 8,
  REMOUNT: 32,
  BIND: 4096,
  REC: 16384,
} as const;
/** Flags of unshare(2), from linux/sched.h. */
export const CLONE = {
  FS: 0x0000_0200,
  NEWNS: 0x0002_0000,
  NEWCGROUP: 0x0200_0000,
  NEWUTS: 0x0400_0000,
  NEWIPC: 0x0800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
} as const;

/** What to do; `optional`: where it cannot be done, the next step comes all the same. */
export type Step = { readonly optional?: true } /** Makes a folder, where it is not there yet. */ & (
  | { readonly do: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly do: 'owner'; readonly path: string; readonly uid: number; readonly gid: number }
  /** Makes an empty file, where there is none. */
  | { readonly do: 'file'; readonly path: string }
  | { readonly do: 'link'; readonly to: string; readonly path: string }
  /** Makes a device or a socket, of the number that mknod(2) takes. */
  | { readonly do: 'node'; readonly path: string; readonly mode: number; readonly device: number }
  /**
   * From here on this process and all that it becomes, as whomever, have no capabilities but these (of capabilities.ts),
   * and gain none.
   */
  | { readonly do: 'privileges'; readonly keep: bigint }
  /** Keeps what is mounted from here on to this mount namespace. */
  | { readonly do: 'private' }
  /** Brings up the loopback device. */
  | { readonly do: 'loopback' }
  | {
      readonly do: 'mount';
      readonly source: string;
      readonly at: string;
      readonly type?: string;
      readonly flags?: number;
      readonly data?: string;
    }
  /** Shows a file or folder of the same system at another place, where it can only be read, and is no device. */
  | { readonly do: 'readable'; readonly source: string; readonly at: string }
  /** Shows a device at another place, where it works, and its owner and permissions cannot be changed. */
  | { readonly do: 'device'; readonly source: string; readonly at: string }
  /** Loads a kernel module, where the file is there; `parameters`: `name=value`, separated by spaces. */
  | { readonly do: 'module'; readonly path: string; readonly parameters?: string }
  /** Makes everything that is mounted below a path read-only and without devices, for this mount namespace. */
  | { readonly do: 'readonly'; readonly path: string }
  | { readonly do: 'unshare'; readonly flags: number }
  /** Writes a text into a file that is there. */
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'chroot'; readonly path: string }
  /** Makes a mount point the root of this mount namespace, and takes the old one away. */
  | { readonly do: 'root'; readonly path: string }
  /** Goes on in a child; its parent waits for it, and takes it along when it dies. */
  | { readonly do: 'fork' }
  /** The last step: becomes a program, named by its path. */
  | { readonly do: 'run'; readonly argv: readonly string[] }
);

/** What a machine runs for its user, and as whom. */
export interface Commands {
  /** Null where the process that runs them is that user already. */
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | null;
  /** All that it has of capabilities (of capabilities.ts), and gains none; null: whatever its user has. */
  readonly capabilities: bigint | null;
  /** Permissions that new files do not get. */
  readonly mask: number;
  /** By the number of the resource (asm-generic/resource.h); in the resource's own unit. */
  readonly limits: readonly { readonly resource: number; readonly soft: bigint; readonly hard: bigint }[];
  /** The working directory. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `setup` runs once a launch, `before` ahead of every run. */
  readonly argvs: {
    readonly command: readonly string[];
    readonly setup?: readonly string[] | undefined;
    readonly before?: readonly string[] | undefined;
  };
}

/** Encodes steps, and the commands that come behind them, if any. Throws RangeError where a text holds a zero byte. */
export function encodeSteps(steps: readonly Step[], commands?: Commands): Buffer {
  const texts = [
    ...steps.flatMap((step) => [...(step.optional ? ['optional'] : []), ...textsOf(step)]),
    ...(commands ? textsOfCommands(commands) : []),
  ];
  for (const text of texts)
    if (text.includes('\0'))
      throw new RangeError(`a text of a step holds a zero byte: ${JSON.stringify(text)}`);
  return Buffer.concat(texts.map((text) => Buffer.from(`${text}\0`)));
}

const list = (texts: readonly (string | number)[]) => [String(texts.length), ...texts.map(String)];

function textsOf(step: Step): string[] {
  switch (step.do) {
    case 'mount': {
      const { source, at, type = '', flags = 0, data = '' } = step;
      return ['mount', source, at, type, String(flags), data];
    }
    case 'write':
      return ['write', step.path, step.text];
    case 'unshare':
      return ['unshare', String(step.flags)];
    case 'directory':
      return ['directory', step.path, String(step.mode ?? 0o755)];
    case 'module':
      return ['module', step.path, step.parameters ?? ''];
    case 'owner':
      return ['owner', step.path, String(step.uid), String(step.gid)];
    case 'readable':
    case 'device':
      return [step.do, step.source, step.at];
    case 'link':
      return ['link', step.to, step.path];
    case 'node':
      return ['node', step.path, String(step.mode), String(step.device)];
    case 'privileges':
      return ['privileges', String(step.keep)];
    case 'fork':
    case 'private':
    case 'loopback':
      return [step.do];
    case 'run':
      return ['run', ...list(step.argv)];
    default:
      return [step.do, step.path];
  }
}

function textsOfCommands({
  user,
  capabilities,
  mask,
  limits,
  folder,
  environment,
  argvs,
}: Commands): string[] {
  return [
    ...(user ? ['user', String(user.uid), String(user.gid), ...list(user.groups)] : []),
    ...(capabilities === null ? [] : ['keep', String(capabilities)]),
    ...['mask', String(mask)],
    ...['limits', String(limits.length)],
    ...limits.flatMap(({ resource, soft, hard }) => [resource, soft, hard].map(String)),
    'folder',
    folder,
    'environment',
    ...list(Object.entries(environment).map(([name, value]) => `${name}=${value}`)),
    ...Object.entries(argvs).flatMap(([name, argv]) => (argv ? ['command', name, ...list(argv)] : [])),
  ];
}
