/**
 * What a command, a guest and a hypervisor that has been taken over can reach of the host: `reach.c` tries, and this
 * looks from outside at what has changed. HVBENCH_REACH_TABLE=FILE writes who was refused what by which error.
 */

import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildImages } from '../../core/guest/build.ts';
import { cacheFolder } from '../../core/guest/cache-folder.ts';
import { localHost } from '../../core/host/local.ts';
import { findVirtiofsd } from '../../core/hypervisors/qemu/virtiofs.ts';
import { execSchema } from '../../core/results/exec-schema.ts';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kernels, umlIsUsable } from '../linux.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { MAIN, ROOT, start, temporaryFolder } from './command.ts';

const AS_NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const isRoot = process.getuid?.() === 0;
const noNobody = requireOrSkip(
  'nobody',
  isRoot && spawnSync('setpriv', [...AS_NOBODY.slice(1), 'test', '-r', MAIN]).status === 0,
);
const guests = [
  ...(requireOrSkip('uml', umlIsUsable) ? [] : ['uml']),
  ...(requireOrSkip('qemu', qemuIsUsable && (await findVirtiofsd(localHost)) !== null) ||
  requireOrSkip('guests', kernels.x86_64 !== undefined)
    ? []
    : ['qemu-tcg']),
];

/** How an attempt ended, by its name: `done`, or the name of an error. */
type Outcomes = ReadonlyMap<string, string>;

const folder = temporaryFolder();
const program = join(folder, 'reach');
const name = `hvbench-test-${process.pid}`;
const SETTING = '/proc/sys/vm/stat_interval';
const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].map((path) => join(path, name));

/** What is done where it reaches nothing: a file is made in a file system of one's own. */
const OWN_FILES = ['leave a file in /dev', 'write a file of the host'];
/** What a guest's /proc is the guest's for. */
const GUESTS_OWN = [
  ...OWN_FILES,
  ...['change the permissions of a file of /proc', 'open /proc/sysrq-trigger'],
];
/** There is none but in User Mode Linux. */
const HOSTFS = ['write a setting by hostfs', 'write a file by hostfs'];

/** What kernels may be built without. */
const OPTIONAL = ['open /proc/sysrq-trigger', 'load a module', 'use I/O ports'];

/** A block device that is a file of this test; null where this system lets us have none. */
function loopDevice(): string | null {
  const image = join(folder, 'image');
  writeFileSync(image, Buffer.alloc(1 << 20));
  const { status, stdout } = spawnSync('losetup', ['--find', '--show', image], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** What an attempt is given, and what it must not change. */
class Host {
  readonly loop: string | null;
  readonly #setting = readFileSync(SETTING, 'utf8').trim();
  readonly #name = hostname();
  readonly #fullMode = statSync('/dev/full').mode;
  #holder: ChildProcessWithoutNullStreams | undefined;
  #handed = '';

  constructor() {
    execFileSync('cc', ['-O1', '-o', program, join(ROOT, 'test/cli/reach.c')]);
    chmodSync(folder, 0o777);
    const setUser = join(folder, 'set-user');
    copyFileSync(program, setUser);
    chmodSync(setUser, 0o4755);
    mkdirSync(join(folder, 'mounts/below'), { recursive: true });
    mkdirSync(join(folder, 'proc'));
    this.loop = loopDevice();
    if (this.loop)
      execFileSync('mknod', ['-m', '666', join(folder, 'node'), 'b', '7', this.loop.replace(/\D/g, '')]);
  }

  /** Starts what must not be reached. */
  async begin(): Promise<void> {
    this.stop();
    for (const path of ['socket', 'mounts/socket', 'mounts/fifo'])
      rmSync(join(folder, path), { force: true });
    // Without capabilities, so that those which others lack do not keep them from it.
    const holder = spawn('setpriv', ['--bounding-set=-all', '--', program, 'hold', folder, name]);
    this.#holder = holder;
    this.#handed = await new Promise((resolve, reject) => {
      holder.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
      holder.once('error', reject);
    });
  }

  /** After a test that has failed. */
  stop(): void {
    this.#holder?.kill();
  }

  get outside(): number {
    const pid = this.#holder?.pid;
    if (pid === undefined) throw new Error('the process outside was not started');
    return pid;
  }

  get values(): string[] {
    const { loop } = this;
    const interval = Number(this.#setting) + 1;
    return [
      ...[`folder=${folder}`, `name=${name}`, `interval=${interval}`, `pid=${this.outside}`],
      ...this.#handed.split(' '),
      ...(loop ? [`loop=${loop}`, `minor=${loop.replace(/\D/g, '')}`] : []),
    ];
  }

  /** What has been reached since it began; all is as it was afterwards. */
  async end(): Promise<string[]> {
    const said = new Promise<string>((resolve) => {
      let text = '';
      this.#holder?.stdout.on('data', (chunk) => {
        text += chunk;
      });
      this.#holder?.once('close', () => resolve(text));
    });
    this.#holder?.stdin.end();
    const reached = (await said).split('\n').filter(Boolean);
    const note = (what: string, isReached: boolean, restore: () => void) => {
      if (isReached) reached.push(what);
      if (isReached) restore();
    };
    const setting = readFileSync(SETTING, 'utf8').trim();
    note('setting', setting !== this.#setting, () => writeFileSync(SETTING, this.#setting));
    note('name', hostname() !== this.#name, () => spawnSync('hostname', [this.#name]));
    note('device mode', statSync('/dev/full').mode !== this.#fullMode, () =>
      chmodSync('/dev/full', this.#fullMode),
    );
    for (const path of CGROUPS) note('control group', existsSync(path), () => rmdirSync(path));
    const files = ['root', 'host', 'first', 'proc', 'hostfs'].map((file) => join(folder, `reached-${file}`));
    for (const path of [...files, join('/dev', name)])
      note(path.replace(folder, ''), existsSync(path), () => rmSync(path));
    const handled = join(folder, 'handled');
    note('file by handle', statSync(handled).size > 0, () => writeFileSync(handled, ''));
    if (this.loop) {
      spawnSync('sync');
      const image = readFileSync(join(folder, 'image'));
      note('device', image.includes('reached'), () => writeFileSync(this.loop ?? '', Buffer.alloc(4096)));
    }
    return reached;
  }
}

const parse = (text: string): Outcomes =>
  new Map(
    text
      .split('\n')
      .flatMap((line) => [/^(.*): (\w+)$/.exec(line)?.slice(1) as [string, string]])
      .filter(Boolean),
  );

const table = new Map<string, Outcomes>();

/** In a column of the table; `isNotOurs` are attempts that may succeed there. */
function expectNothing(column: string, outcomes: Outcomes, isNotOurs: readonly string[] = OWN_FILES): void {
  table.set(column, outcomes);
  expect(outcomes.size, column).toBeGreaterThan(30);
  const done = [...outcomes].filter(([what, outcome]) => outcome === 'done' && !isNotOurs.includes(what));
  expect(done, column).toEqual([]);
}

/** Runs the attempts in a program of ours, which may import what was built, in a mount namespace of the test's. */
function runScript(script: string, values: readonly string[], asNobody: boolean): Outcomes {
  const argv = [process.execPath, '--input-type=module', '-e', script, '--', program, 'try', ...values];
  const under = [...UNDER, ...(asNobody ? AS_NOBODY : [])];
  const { stdout, stderr } = spawnSync(under[0] ?? '', [...under.slice(1), ...argv], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, TMPDIR: folder },
  });
  expect(stderr).toBe('');
  return parse(stdout);
}

/** With a mount point in a folder, whose other files are therefore shown one by one; and with another /proc. */
const UNDER = ['unshare', '--mount', 'sh', '-c'].concat(
  `mount -t tmpfs none ${join(folder, 'mounts/below')} && mount -t proc proc ${join(folder, 'proc')} && exec "$@"`,
  'sh',
);

async function execAttempts(
  host: Host,
  ids: readonly string[],
  { flags = [], values = [], asNobody = false }: { flags?: string[]; values?: string[]; asNobody?: boolean },
): Promise<Map<string, Outcomes>> {
  const cache = join(folder, 'cache');
  const options = ['--hypervisor', ids.join(','), '--runs', '1', '--warmup', '0', '--json', ...flags];
  const started = start(['exec', ...options, '--', program, 'try', ...host.values, ...values], {
    cwd: folder,
    env: { TMPDIR: folder, ...(asNobody && { XDG_CACHE_HOME: cache }) },
    under: [...UNDER, ...(asNobody ? AS_NOBODY : [])],
  });
  const { code, stdout, stderr } = await started.ended;
  expect(code, stderr).toBe(0);
  expect(started.remains()).toEqual([]);
  const { environments } = execSchema.parse(JSON.parse(stdout));
  return new Map(environments.map(({ id, stdout }) => [id, parse(stdout)]));
}

/** As the process that starts a hypervisor, and as the hypervisor, by the code that starts them. */
const takenOver = (images: string, least: string | null) => `
  import { spawnSync } from 'node:child_process';
  const built = ${JSON.stringify(join(ROOT, 'dist/core'))};
  const { encodeSteps } = await import(built + '/guest/steps.js');
  const { needsUserNamespace, readOnlySteps, unnamedFile } = await import(built + '/hypervisors/commands.js');
  const { localHost } = await import(built + '/host/local.js');
  const user = await needsUserNamespace(localHost, ${JSON.stringify(images)});
  const inside = \`
    const { spawnSync } = await import('node:child_process');
    const of = await import(\${JSON.stringify(built + '/hypervisors/least-privilege.js')});
    const user = \${user};
    const [command, ...rest] = [...${least ? `of.withLeast(${least})` : '[]'}, ...process.argv.slice(1)];
    spawnSync(command, rest, { stdio: ['ignore', 'inherit', 'inherit'] });\`;
  const argv = [process.execPath, '--input-type=module', '-e', inside, '--', ...process.argv.slice(1)];
  const file = unnamedFile(encodeSteps(await readOnlySteps(user, argv)));
  spawnSync(${JSON.stringify(images)}, ['steps', '/proc/self/fd/3'], { stdio: ['ignore', 'inherit', 'inherit', file] });
`;

const LEVELS = [
  ['uml', 'of.leastOfUml(user)'],
  ['qemu', 'of.leastOfQemu(!user)'],
  ['virtiofsd', null],
] as const;

describe.skipIf(!isRoot)('as root', () => {
  const host = new Host();
  afterAll(() => {
    host.stop();
    if (host.loop) spawnSync('losetup', ['--detach', host.loop]);
    const file = process.env.HVBENCH_REACH_TABLE;
    if (file === undefined) return;
    const columns = [...table.keys()];
    const lines = [...(table.values().next().value ?? new Map()).keys()].map((what) =>
      [what, ...columns.map((column) => table.get(column)?.get(what) ?? '–')].join(' | '),
    );
    appendFileSync(file, `${[`attempt | ${columns.join(' | ')}`, ...lines].join('\n')}\n`);
  });

  test('who is held by nothing reaches all of it: the attempts are right', async () => {
    await host.begin();
    const argv = [program, 'try', ...host.values, `first=${host.outside}`];
    // 'ignore' would hand over nothing from the fourth on.
    const left = openSync('/dev/null', 'r');
    const { stdout } = spawnSync('unshare', ['--uts', ...UNDER, ...argv], {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'inherit', left],
    });
    closeSync(left);
    const reached = await host.end();
    chmodSync('/proc/uptime', 0o444);
    const outcomes = parse(stdout);
    table.set('nothing holds it', outcomes);
    const absent = [
      ...HOSTFS,
      ...OPTIONAL.filter((what) => ['ENOSYS', 'ENOENT'].includes(outcomes.get(what) ?? '')),
      ...(host.loop === null ? [...outcomes.keys()].filter((what) => /block device/.test(what)) : []),
    ];
    expect([...outcomes].filter(([what, outcome]) => outcome !== 'done' && !absent.includes(what))).toEqual(
      [],
    );
    expect(reached.sort()).toEqual(
      [
        ...[
          '/reached-first',
          '/reached-host',
          '/reached-proc',
          '/reached-root',
          `/dev/${name}`,
          'FIFO',
          'abstract socket',
        ],
        ...['control group', 'device mode', 'file by handle', 'setting', 'shared memory', 'signal'],
        ...['socket beside a mount point', 'socket in a folder', ...(host.loop ? ['device'] : [])],
      ].sort(),
    );
  });

  test('a command reaches nothing', async () => {
    await host.begin();
    const found = await execAttempts(host, ['container', ...guests], {});
    expect(await host.end()).toEqual([]);
    for (const [id, outcomes] of atLeastOne(found))
      expectNothing(`${id}, root`, outcomes, guests.includes(id) ? GUESTS_OWN : OWN_FILES);
  });

  test.skipIf(guests.length === 0)('with all capabilities a guest reaches nothing', async () => {
    await host.begin();
    const found = await execAttempts(host, guests, {
      flags: ['--keep-capabilities', '--ignore-failure'],
      values: [`unless=${release()}`],
    });
    expect(await host.end()).toEqual([]);
    for (const id of atLeastOne(guests)) {
      expectNothing(`${id}, root, --keep-capabilities`, found.get(id) ?? new Map(), [
        ...(found.get(id)?.keys() ?? []),
      ]);
      expect(found.get(id)?.get('set the clock')).toBe('done');
    }
  });

  test('what is shared can be reached: the network and System V', async () => {
    await host.begin();
    const found = await execAttempts(host, ['native'], { flags: ['--share', 'net,ipc'] });
    expect((await host.end()).sort()).toEqual(['abstract socket', 'shared memory']);
    expectNothing('native, root, --share net,ipc', found.get('native') ?? new Map(), [
      ...OWN_FILES,
      ...['connect to an abstract socket', 'write into shared memory (System V)'],
    ]);
  });

  test.skipIf(noNobody)("nobody's command reaches nothing", async () => {
    const cache = join(folder, 'cache/hvbench');
    mkdirSync(cache, { recursive: true });
    spawnSync('cp', ['-r', join(cacheFolder(), 'kernels'), cache]);
    spawnSync('chown', ['-R', '65534:65534', join(folder, 'cache')]);
    await host.begin();
    const found = await execAttempts(host, ['container', ...guests], { asNobody: true });
    expect(await host.end()).toEqual([]);
    for (const [id, outcomes] of atLeastOne(found)) expectNothing(`${id}, nobody`, outcomes);
  });

  for (const asNobody of [false, true])
    test.skipIf(asNobody && noNobody)(
      `a hypervisor that ${asNobody ? 'nobody' : 'root'} has started and that has been taken over reaches nothing`,
      async () => {
        const image = join(folder, 'commands');
        copyFileSync((await buildImages(suites, ['x86_64'])).image('x86_64', 'commands').path, image);
        await host.begin();
        const found = LEVELS.map(
          ([level, least]) => [level, runScript(takenOver(image, least), host.values, asNobody)] as const,
        );
        const reached = await host.end();
        // Of whose FIFOs there are nobody knows nothing, and may write into them like anybody.
        expect(reached).toEqual(asNobody ? ['FIFO'] : []);
        for (const [level, outcomes] of atLeastOne(found))
          expectNothing(`taken-over ${level}, ${asNobody ? 'nobody' : 'root'}`, outcomes, [
            // Its memory is a file there.
            ...['leave a file in /dev', 'find open files of who started it'],
            // The first process has the same privileges.
            ...(asNobody ? ['write into a FIFO beside a mount point'] : []),
            ...(level === 'virtiofsd' ? ['trace the first process', 'write a file below /proc/1/root'] : []),
          ]);
      },
    );
});
