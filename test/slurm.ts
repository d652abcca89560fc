/** A real cluster of Slurm on this computer: a controller and a daemon for each node, with files, keys and ports of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { hasVariable, type Process, processes } from './processes.ts';
import { accountingIsHere, accountingLines, startAccounting } from './slurm-accounting.ts';

const PROGRAMS = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged', '/usr/bin/sbatch'];

/** Whether there is one: the name `slurm` of requireOrSkip. Its daemons are root's. */
export const slurmIsHere = PROGRAMS.every((path) => existsSync(path)) && process.getuid?.() === 0;

export interface Cluster {
  /** For the environment of hvbench. */
  readonly env: { readonly SLURM_CONF: string };
  /** Has a node die with all that runs on it. */
  loseNode(name: string): Promise<void>;
  /** Brings it back. */
  startNode(name: string): void;
  /** Has the controller die: its commands have nobody to ask. */
  loseController(): Promise<void>;
  /** Ends all of it, and all that its jobs have started. */
  stop(): Promise<void>;
}

/**
 * Starts one with nodes n1, n2, … whose files are in a folder; the partition `first` has n1 alone. It has accounting if that
 * can be had here. Whoever starts it stops it.
 */
export async function startCluster(folder: string, nodes: number): Promise<Cluster> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
  for (const name of ['state', ...names]) mkdirSync(at(name));
  const env = { SLURM_CONF: at('slurm.conf') };
  const [port = 0, database = 0, daemon = 0, ...ports] = await freePorts(nodes + 3);
  const accounting = accountingLines(folder, accountingIsHere ? daemon : null);
  writeFileSync(env.SLURM_CONF, configuration(folder, names, port, ports, accounting));
  const daemons = new Map<string, ChildProcess>();
  const start = (name: string, argv: readonly string[], user: readonly string[] = []) => {
    // They die with the tests, however these end.
    const daemon = spawn('setpriv', [...user, '--pdeathsig', 'KILL', '--', ...argv], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    daemons.set(name, daemon);
  };
  const startNode = (name: string) => start(name, ['/usr/sbin/slurmd', '-D', '-N', name]);
  const end = async (name: string) => {
    const daemon = daemons.get(name);
    daemons.delete(name);
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    for (const name of [...daemons.keys()]) await end(name);
    await killAll(() => startedBy(env.SLURM_CONF).map(({ pid }) => pid));
  };
  try {
    startMunge(folder, start);
    await until('munge', () => existsSync(at('munge/socket')));
    if (accountingIsHere)
      await startAccounting(folder, { database, daemon }, { ...process.env, ...env }, start, until);
    start('controller', ['/usr/sbin/slurmctld', '-D']);
    for (const name of names) startNode(name);
    await until('idle nodes', () => idleNodes(env) === nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    startNode,
    stop,
    loseController: () => end('controller'),
    async loseNode(name) {
      await end(name);
      await killAll(() => ofNode(env.SLURM_CONF, name));
    },
  };
}

/** Munge has a user of its own, which Debian's package makes; nobody but it may read its key. */
function startMunge(
  folder: string,
  start: (name: string, argv: readonly string[], user: readonly string[]) => void,
): void {
  const own = join(folder, 'munge');
  const id = (flag: string) => Number(spawnSync('id', [flag, 'munge'], { encoding: 'utf8' }).stdout);
  const [user, group] = [id('-u'), id('-g')];
  mkdirSync(own);
  writeFileSync(join(own, 'key'), randomBytes(128), { mode: 0o400 });
  for (const path of [own, join(own, 'key')]) chownSync(path, user, group);
  for (const path of [own, folder, join(folder, '..')]) chmodSync(path, 0o755);
  const files = ['key-file=key', 'socket=socket', 'pid-file=pid', 'log-file=log', 'seed-file=seed'];
  start(
    'munge',
    ['/usr/sbin/munged', '-F', ...files.map((told) => `--${told.replace('=', `=${own}/`)}`)],
    [`--reuid=${user}`, `--regid=${group}`, '--clear-groups'],
  );
}

function configuration(
  folder: string,
  names: readonly string[],
  port: number,
  ports: readonly number[],
  accounting: readonly string[],
): string {
  const at = (name: string) => join(folder, name);
  const [host = ''] = hostname().split('.');
  return [
    ...['ClusterName=hvbench', `SlurmctldHost=${host}(127.0.0.1)`, `SlurmctldPort=${port}`, 'SlurmUser=root'],
    // A job of a node that died may begin again after so many seconds.
    ...[`AuthInfo=socket=${at('munge/socket')},cred_expire=15`, `StateSaveLocation=${at('state')}`],
    ...[`SlurmdSpoolDir=${at('%n')}`, `SlurmdPidFile=${at('%n.pid')}`, `SlurmctldPidFile=${at('pid')}`],
    ...[`SlurmdLogFile=${at('%n.log')}`, `SlurmctldLogFile=${at('log')}`],
    ...['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'MpiDefault=none'],
    ...['JobAcctGatherType=jobacct_gather/none', ...accounting],
    ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'ReturnToService=2'],
    // It forgets a job within seconds of its end.
    ...['SlurmdTimeout=12', 'KillWait=60', 'MinJobAge=2', 'MailProg=/bin/true'],
    ...names.map(
      (name, index) => `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2`,
    ),
    `PartitionName=all Nodes=${names.join(',')} Default=YES State=UP`,
    `PartitionName=first Nodes=${names[0]} State=UP`,
    '',
  ].join('\n');
}

function idleNodes(env: Cluster['env']): number {
  const { stdout } = spawnSync('sinfo', ['--noheader', '--Node', '--partition=all', '--format=%t'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return (stdout ?? '').split('\n').filter((line) => line === 'idle').length;
}

/** The daemons, and what their jobs have started. */
function startedBy(conf: string): Process[] {
  return processes().filter((one) => hasVariable(one, `SLURM_CONF=${conf}`));
}

/** What a job on a node has started, and the daemons of Slurm that watch over it. */
function ofNode(conf: string, node: string): number[] {
  const own = startedBy(conf).filter((one) => hasVariable(one, `SLURMD_NODENAME=${node}`));
  const parents = new Set(own.map(({ parent }) => parent));
  const steps = processes().filter(({ pid, name }) => parents.has(pid) && name.startsWith('slurmstepd'));
  return [...steps, ...own].map(({ pid }) => pid);
}

/** Until there is none. */
async function killAll(find: () => readonly number[]): Promise<void> {
  await until('the end of what Slurm has started', () => {
    const found = find();
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    return found.length === 0;
  });
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; ; ) {
    if (condition()) return;
    if (performance.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What of a cluster still runs, whose files are in a folder. */
export function leftOfCluster({ env }: Cluster): number[] {
  return startedBy(env.SLURM_CONF).map(({ pid }) => pid);
}
