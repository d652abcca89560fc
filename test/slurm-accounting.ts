/** Accounting of a cluster of Slurm: a database of its own, and Slurm's daemon before it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = [
  '/usr/sbin/slurmdbd',
  '/usr/sbin/mariadbd',
  '/usr/bin/mariadb-install-db',
  '/usr/bin/sacct',
];

/** Whether it can be had: the name `slurmdbd` of requireOrSkip. */
export const accountingIsHere = PROGRAMS.every((path) => existsSync(path));

/** Lines of slurm.conf; `port`: null for none. The socket is Munge's, which commands find by a password here. */
export function accountingLines(folder: string, port: number | null): string[] {
  if (port === null) return ['AccountingStorageType=accounting_storage/none'];
  return [
    ...['AccountingStorageType=accounting_storage/slurmdbd', 'AccountingStorageHost=127.0.0.1'],
    ...[`AccountingStoragePort=${port}`, `AccountingStoragePass=${join(folder, 'munge/socket')}`],
  ];
}

interface Ports {
  readonly database: number;
  readonly daemon: number;
}

type Start = (name: string, argv: readonly string[]) => void;
type Until = (what: string, condition: () => boolean) => Promise<void>;

/** Starts both; `env`: with which Slurm's commands find the cluster. */
export async function startAccounting(
  folder: string,
  ports: Ports,
  env: NodeJS.ProcessEnv,
  start: Start,
  until: Until,
): Promise<void> {
  const at = (name: string) => join(folder, name);
  const told = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { env, encoding: 'utf8', timeout: 60_000 });
  const expectDone = (command: string, args: readonly string[]) => {
    const { status, stdout, stderr } = told(command, args);
    if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
  };
  mkdirSync(at('database'));
  const common = ['--no-defaults', `--datadir=${at('database')}`, '--user=root'];
  expectDone('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
  start('database', [
    ...['/usr/sbin/mariadbd', ...common, `--socket=${at('database.socket')}`, '--bind-address=127.0.0.1'],
    ...[`--port=${ports.database}`, '--innodb-buffer-pool-size=64M', '--innodb-lock-wait-timeout=900'],
    ...[`--log-error=${at('database.log')}`, `--pid-file=${at('database.pid')}`],
  ]);
  const sql = (text: string) => [
    '--no-defaults',
    `--socket=${at('database.socket')}`,
    '--user=root',
    `--execute=${text}`,
  ];
  await until('the database', () => told('mariadb', sql('select 1')).status === 0);
  const users = ["'slurm'@'%'", "'slurm'@'localhost'"];
  const make = users.map(
    (user) => `create user ${user} identified by 'slurm'; grant all on slurm.* to ${user};`,
  );
  expectDone('mariadb', sql(`create database slurm; ${make.join(' ')}`));
  writeFileSync(
    at('slurmdbd.conf'),
    [
      ...['DbdHost=localhost', 'DbdAddr=127.0.0.1', `DbdPort=${ports.daemon}`, 'SlurmUser=root'],
      ...['AuthType=auth/munge', `AuthInfo=socket=${at('munge/socket')}`, `PidFile=${at('slurmdbd.pid')}`],
      ...[`LogFile=${at('slurmdbd.log')}`, 'StorageType=accounting_storage/mysql', 'StorageHost=127.0.0.1'],
      ...[`StoragePort=${ports.database}`, 'StorageUser=slurm', 'StoragePass=slurm', 'StorageLoc=slurm', ''],
    ].join('\n'),
    { mode: 0o600 },
  );
  start('slurmdbd', ['/usr/sbin/slurmdbd', '-D']);
  await until('slurmdbd', () => told('sacctmgr', ['--noheader', 'show', 'cluster']).status === 0);
}
