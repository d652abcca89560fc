/**
 * A Linux guest of QEMU's translator that is reached by SSH over QEMU's own network: this distribution's kernel, and dropbear
 * with a few of this computer's programs in its initramfs. It has no other way to the outside.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CpioEntry, cpio } from '../../core/guest/cpio.ts';
import { fetchKernel } from '../../core/guest/fetch-kernel.ts';
import { newestCached } from '../../core/guest/kernel-cache.ts';
import { GUEST_KERNEL, HOST_KERNEL, type KernelKind } from '../../core/guest/kernel-kinds.ts';
import { fetched, type GuestKernel } from '../../core/guest/kernels.ts';
import { MODULES } from '../../core/guest/modules.ts';
import { cachedXen, fetchXen } from '../../core/guest/xen.ts';
import { freePort } from '../free-ports.ts';
import { qemu } from '../qemu.ts';
import { answering, clientConfig } from '../sshd.ts';

const DROPBEAR = '/usr/sbin/dropbear';
/** Some seconds, translated, if nobody else works. */
const BOOT_LIMIT_MS = 120_000;
const PROGRAMS = ['sh', 'cat', 'chmod', 'head', 'ls', 'mkdir', 'mv', 'rm', 'uname', 'wc'];

const NET_MODULES = [
  ...MODULES.filter((path) => path.includes('/virtio/')),
  'kernel/net/core/failover.ko',
  'kernel/drivers/net/net_failover.ko',
  'kernel/drivers/net/virtio_net.ko',
];

/** What a guest boots. */
export interface Boot {
  readonly modules: readonly string[];
  /** Of QEMU: its machine, and what that boots with this initramfs. */
  readonly qemu: (initrd: string) => readonly string[];
}

const has = (program: string) => spawnSync(program, ['-V']).error === undefined;
const isPossible =
  qemu !== '' && existsSync(DROPBEAR) && ['dropbearkey', 'ssh', 'ssh-keygen', 'gcc'].every(has);

/** A kernel of some kind, with the modules of QEMU's network card; it is fetched if it is not there yet. Null if it cannot be had. */
async function netKernel(of: KernelKind): Promise<GuestKernel | null> {
  const kind: KernelKind = { ...of, prefix: `net-${of.prefix}`, modules: NET_MODULES };
  const cached = await newestCached('x86_64', kind);
  if (cached) return fetched(cached, kind);
  return await fetchKernel('x86_64', { kind }).catch(() => null);
}

const TCG = ['-accel', 'tcg', '-smp', '1'];
const CALM = 'panic=-1 nowatchdog rcupdate.rcu_cpu_stall_suppress=1 tsc=reliable';

/** Linux; null if something of it is missing: the name `dropbear` of requireOrSkip. */
export async function linux(): Promise<Boot | null> {
  const kernel = isPossible ? await netKernel(GUEST_KERNEL) : null;
  if (!kernel) return null;
  return {
    modules: kernel.modules ?? [],
    qemu: (initrd) => [
      ...['-M', 'pc', ...TCG, '-cpu', 'max', '-m', '384'],
      ...['-kernel', kernel.path, '-initrd', initrd, '-append', `console=ttyS0 quiet ${CALM}`],
    ],
  };
}

/** Xen, with Linux in its dom0; null if something of it is missing. */
export async function dom0(): Promise<Boot | null> {
  const kernel = isPossible ? await netKernel(HOST_KERNEL) : null;
  const xen = kernel && ((await cachedXen()) ?? (await fetchXen().catch(() => null)));
  if (!xen) return null;
  return {
    modules: kernel.modules ?? [],
    qemu: (initrd) => [
      ...['-M', 'q35', ...TCG, '-cpu', 'qemu64', '-m', '1024'],
      ...['-kernel', xen, '-append', 'console=com1 loglvl=error bootscrub=0'],
      ...['-initrd', `${kernel.path} console=hvc0 quiet ${CALM},${initrd}`],
    ],
  };
}

export interface Guest {
  /** What hvbench calls it: a name of the ssh_config. */
  readonly url: string;
  readonly env: { readonly HVBENCH_SSH_CONFIG: string };
  /** Standard output of a command there. */
  run(command: string): string;
  stop(): Promise<void>;
}

/** Starts one whose files are in a folder. Whoever starts it stops it. */
export async function startGuest(folder: string, boot: Boot): Promise<Guest> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const at = (name: string) => join(folder, name);
  execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('user')]);
  const made = execute('dropbearkey', ['-t', 'ed25519', '-f', at('host')]);
  const hostKey = /^ssh-ed25519 \S+/m.exec(made)?.[0];
  if (!hostKey) throw new Error(`dropbearkey: ${made}`);
  execute('gcc', ['-static', '-O1', '-o', at('init'), join(import.meta.dirname, 'init.c')]);
  writeFileSync(at('initrd'), initramfs(boot, folder));
  const port = await freePort();
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(at('ssh_config'), clientConfig(folder, port, '  User root'));
  const guest = spawn(
    'setpriv',
    [
      ...[
        '--pdeathsig',
        'KILL',
        '--',
        qemu,
        '-nodefaults',
        '-no-user-config',
        '-display',
        'none',
        '-no-reboot',
      ],
      ...boot.qemu(at('initrd')),
      ...['-serial', `file:${at('console')}`],
      ...['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ],
    { stdio: 'ignore' },
  );
  const stop = () => stopped(guest);
  try {
    await answering(port, BOOT_LIMIT_MS);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; its console: ${readFileSync(at('console'), 'utf8')}`);
  }
  return {
    url: 'ssh://target',
    env: { HVBENCH_SSH_CONFIG: at('ssh_config') },
    run: (command) => execute('ssh', ['-F', at('ssh_config'), '-T', 'target', command]),
    stop,
  };
}

async function stopped(guest: ChildProcess): Promise<void> {
  if (guest.exitCode !== null || guest.signalCode !== null) return;
  const ended = once(guest, 'exit');
  guest.kill('SIGKILL');
  await ended;
}

function initramfs({ modules }: Boot, folder: string): Buffer {
  const own = (name: string) => readFileSync(join(folder, name));
  const programs = [DROPBEAR, ...PROGRAMS.map((name) => `/bin/${name}`)];
  const libraries = new Set(programs.flatMap(librariesOf));
  const file = (path: string, content: Buffer, mode = 0o100755): CpioEntry => ({
    path: path.slice(1),
    ...{ mode, content },
  });
  const files: CpioEntry[] = [
    file('/init', own('init')),
    ...[...programs, ...libraries].map((path) => file(path, readFileSync(path))),
    file('/etc/host', own('host'), 0o100600),
    file('/etc/passwd', Buffer.from('root:x:0:0:root:/root:/bin/sh\n'), 0o100644),
    file('/root/.ssh/authorized_keys', own('user.pub'), 0o100600),
    ...modules.map((path, index) =>
      file(`/modules/${index}${path.endsWith('.ko') ? '' : 'z'}`, readFileSync(path), 0o100644),
    ),
  ];
  const folders = [...new Set(files.flatMap(({ path }) => foldersTo(path)))].sort();
  return cpio([
    ...folders.map((path) => ({ path, mode: 0o040755 })),
    { path: 'dev', mode: 0o040755 },
    // The kernel opens it for the first process.
    { path: 'dev/console', mode: 0o020600, device: { major: 5, minor: 1 } },
    ...files,
  ]);
}

function foldersTo(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...foldersTo(parent), parent];
}

/** Paths of what it is linked to, the loader included. */
function librariesOf(program: string): string[] {
  return [...execute('ldd', [program]).matchAll(/(?:^\t|=> )(\/\S+)/gm)].map(([, path = '']) => path);
}

function execute(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
