/** A real OpenSSH server on the loopback interface, with keys of its own, and the user's side that knows it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-ports.ts';
import { processes } from './processes.ts';

const SSHD = '/usr/sbin/sshd';

/** Whether there is one: the name `sshd` of requireOrSkip. */
export const sshdIsHere =
  existsSync(SSHD) && ['ssh', 'ssh-keygen'].every((name) => spawnSync(name, ['-V']).error === undefined);

export interface Server {
  readonly port: number;
  /** What hvbench calls the server: a name of the ssh_config. */
  readonly url: string;
  /** For the environment of hvbench. */
  readonly env: { readonly HVBENCH_SSH_CONFIG: string };
  /** Kills the processes of its connections, and leaves the server. */
  cut(): void;
  /** Kills it with its connections; they notice at once. */
  stop(): Promise<void>;
  /** Starts it again on the same port; with another host key if told so. */
  restart(key?: 'other key'): Promise<void>;
}

/** Starts one whose files are in a folder. Whoever starts it stops it. */
export async function startServer(folder: string): Promise<Server> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  // Where root's server separates its privileges: Debian makes it when it starts the service.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const at = (name: string) => join(folder, name);
  for (const name of ['host', 'other', 'user']) makeKey(at(name));
  const port = await freePort();
  const serve = (key: string) =>
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at(key)}`, `PidFile ${at('pid')}`],
      ...[`AuthorizedKeysFile ${at('authorized_keys')}`, 'StrictModes no', 'UsePAM no'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin yes'],
    ].join('\n');
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub'), 'utf8'));
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('host.pub'), 'utf8')}`);
  writeFileSync(at('ssh_config'), clientConfig(folder, port));
  let server: ChildProcess | null = null;
  const start = async (key: string) => {
    writeFileSync(at('sshd_config'), `${serve(key)}\n`);
    server = spawn(SSHD, ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' });
    await answering(port);
  };
  const cut = () => {
    for (const pid of descendants(server?.pid ?? -1)) process.kill(pid, 'SIGKILL');
  };
  await start('host');
  return {
    port,
    url: 'ssh://target',
    env: { HVBENCH_SSH_CONFIG: at('ssh_config') },
    cut,
    async stop() {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      // First those that it has started: it could start no other then.
      process.kill(server.pid as number, 'SIGSTOP');
      cut();
      server.kill('SIGKILL');
      await ended;
    },
    async restart(key) {
      await start(key ? 'other' : 'host');
    },
  };
}

/** An ssh_config with other lines before those of the target: the first that is told counts. */
export function clientConfig(folder: string, port: number, before = ''): string {
  return [
    ...['Host target', before, '  HostName 127.0.0.1', `  Port ${port}`, `  User ${userInfo().username}`],
    ...[`  IdentityFile ${join(folder, 'user')}`, '  IdentitiesOnly yes'],
    ...[`  UserKnownHostsFile ${join(folder, 'known_hosts')}`, '  GlobalKnownHostsFile /dev/null', ''],
  ].join('\n');
}

function makeKey(path: string): void {
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
}

/** Waits until a server there speaks. */
export async function answering(port: number, limitMs = 20_000): Promise<void> {
  for (const end = performance.now() + limitMs; ; ) {
    const socket = connect(port, '127.0.0.1');
    const answered = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      // QEMU takes connections for a guest that does not listen yet.
      socket.setTimeout(2_000, () => resolve(false));
    });
    socket.destroy();
    if (answered) return;
    if (performance.now() > end) throw new Error('the server does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The processes that one has started, and those that these have; what the machines' own programs are not. */
function descendants(pid: number): number[] {
  const children = processes()
    .filter(({ parent, name }) => parent === pid && name === 'sshd')
    .map((one) => one.pid);
  return [...children, ...children.flatMap(descendants)];
}

/** Machines that were started by SSH and run, and copies of their program: command lines and paths. */
export function leftOnTarget(): string[] {
  const machines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return /^hvbench-machine\b|\/\.hvbench-\d+\/m /.test(line) ? [`${pid}: ${line}`] : [];
      } catch {
        return [];
      }
    });
  const copies = ['/tmp', '/var/tmp', '/dev/shm'].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.startsWith('.hvbench-'))
          .map((name) => join(folder, name))
      : [],
  );
  return [...machines, ...copies];
}
