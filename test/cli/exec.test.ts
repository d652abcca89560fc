/** `hvbench exec`: commands of all kinds, in the real guests. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../core/guest/cache-folder.ts';
import { findVirtiofsd } from '../../core/hypervisors/qemu/virtiofs.ts';
import { type Environment, type ExecResult, execSchema } from '../../core/results/exec-schema.ts';
import { kernels, umlIsUsable } from '../linux.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, MAIN, type Started, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
const options = { cwd: folder, env: { TMPDIR: temporary } };

/** A mount lives as long as a process in its namespace; by process, of all those that there are. */
function mountNamespaces(pids: readonly (string | number)[] = readdirSync('/proc')): string[] {
  return pids.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/mnt`)];
    } catch {
      return []; // No process, or one that has just ended.
    }
  });
}

function expectNothingLeft(started: Started): void {
  expect(started.remains()).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

/** Runs a command and leaves nothing; one run each without warm-up unless told otherwise. */
async function exec(ids: string, flags: readonly string[], command: readonly string[]) {
  const args = ['exec', '--hypervisor', ids, '--json', ...flags, '--', ...command];
  const started = start(args, options);
  const { code, stdout, stderr } = await started.ended;
  expectNothingLeft(started);
  const result: ExecResult = execSchema.parse(JSON.parse(stdout));
  const of = (id: string) => result.environments.find((each) => each.id === id) as Environment;
  return { code, stderr, result, of };
}

const ONCE = ['--runs', '1', '--warmup', '0'];
const NOBODY = 65534;
const AS_NOBODY = `setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups`.split(' ');
/** Root can become nobody, who has to reach this checkout: not where a folder above it is closed to others. */
const noNobody = requireOrSkip(
  'nobody',
  process.getuid?.() === 0 && spawnSync('setpriv', [...AS_NOBODY.slice(1), 'test', '-r', MAIN]).status === 0,
);

/** A command reads root's files, and writes, where the tool has no privileges; nothing stays of it but the cache. */
async function asNobody(ids: string, fill: (cache: string) => void): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), 'hvbench-test-'));
  // One that was killed may have left something there.
  const leftBefore = readdirSync('/var/tmp');
  try {
    const cache = join(own, 'hvbench');
    mkdirSync(cache);
    fill(cache);
    for (const path of [own, cache]) chownSync(path, NOBODY, NOBODY);
    // Folders of root's that anybody may write to: the working directory, and /var/tmp.
    const here = mkdtempSync(join(folder, 'here-'));
    for (const path of [folder, here]) chmodSync(path, 0o777);
    const script = `id -u; cat /etc/debian_version; echo text > ${own}/file && cat ${own}/file
      mkdir folder && echo > folder/file && mktemp -d -p /var/tmp hvbench-test-XXX > /dev/null`;
    const started = start(['exec', '--hypervisor', ids, ...ONCE, '--json', '--', 'sh', '-ec', script], {
      cwd: here,
      env: { TMPDIR: own, XDG_CACHE_HOME: own },
      under: AS_NOBODY,
    });
    const { code, stdout, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    const { environments } = execSchema.parse(JSON.parse(stdout));
    const said = `${NOBODY}\n${readFileSync('/etc/debian_version', 'utf8')}text\n`;
    expect(environments.map(({ id, stdout }) => `${id} ${stdout}`)).toEqual(
      ['native', ...ids.split(',')].map((id) => `${id} ${said}`),
    );
    expect(started.remains()).toEqual([]);
    expect(readdirSync(own)).toEqual(['hvbench']);
    expect(readdirSync(here)).toEqual([]);
    expect(readdirSync('/var/tmp').filter((name) => !leftBefore.includes(name))).toEqual([]);
  } finally {
    rmSync(own, { recursive: true });
  }
}

const noUml = requireOrSkip('uml', umlIsUsable);
const noQemu = requireOrSkip('qemu', qemuIsUsable && (await findVirtiofsd()) !== null);
const noGuests = requireOrSkip('guests', kernels.x86_64 !== undefined);

describe.skipIf(noUml)('on the host, in a container and in User Mode Linux', () => {
  test('a command sees the same folder, user, environment, limits and files, and takes its own time', async () => {
    mkdirSync(join(folder, 'inside'), { recursive: true });
    const script =
      'pwd; id; umask; ulimit -n; ulimit -s; echo "$TMPDIR"; ls -A; cksum /proc/version >/dev/null';
    const { code, result, of } = await exec('container,uml', ['--runs', '3'], ['sh', '-c', script]);
    expect(code).toBe(0);
    expect(result.environments.map(({ id, status, output }) => `${id} ${status} ${output}`)).toEqual([
      'native ok null',
      'container ok same',
      'uml ok same',
    ]);
    expect(of('native').stdout).toContain(`${folder}\n`);
    expect(of('native').stdout).toContain(`${temporary}\n`);
    for (const { runs, launches, wallNs } of result.environments) {
      expect(launches).toBe(3);
      expect(runs.filter(({ counts }) => counts)).toHaveLength(3);
      expect(runs.filter(({ counts }) => !counts)).toHaveLength(3);
      expect(wallNs?.min).toBeGreaterThan(0);
    }
    expect(of('uml').overhead?.low).toBeLessThanOrEqual(of('uml').overhead?.estimate ?? Number.NaN);
    expect(of('native').overhead).toBeNull();
    expect(of('uml').inside.join('\n')).toMatch(/guest Linux \d/);
    expect(of('container').inside.join('\n')).toMatch(/namespaces of its own: .*net/);
  });

  test('what it writes is there for its own next run, and never on this computer', async () => {
    const target = join(folder, 'written');
    const script = `[ -e ${target} ] && echo again; echo text > ${target} && cat ${target} && echo x > /etc/hvbench-test`;
    const { code, of } = await exec(
      'uml',
      ['--runs', '2', '--warmup', '1', '--seed', '1'],
      ['sh', '-c', script],
    );
    expect(code).toBe(0);
    expect(of('native').stdout).toBe('text\n');
    const sizes = of('uml').runs.map(
      ({ counts, stdout }) => `${counts ? 'counts' : 'warm-up'} ${stdout.bytes}`,
    );
    expect(sizes).toEqual(['warm-up 5', 'counts 11', 'warm-up 5', 'counts 11']);
    expect(existsSync(target)).toBe(false);
    expect(existsSync('/etc/hvbench-test')).toBe(false);
  });

  test('one that prints 100 MB is measured, and no more than its beginning and end is kept', async () => {
    const { code, of } = await exec('uml', ONCE, ['sh', '-c', 'head -c 100000000 /dev/zero; printf end']);
    expect(code).toBe(0);
    for (const id of ['native', 'uml']) {
      expect(of(id).runs[0]?.stdout.bytes).toBe(100_000_003);
      expect(of(id).stdout.length).toBeLessThan(6000);
      expect(of(id).stdout.endsWith('end')).toBe(true);
    }
    expect(of('uml').output).toBe('same');
  });

  test('long output is kept once, and no number is cut out of another', async () => {
    const flags = [...ONCE, '--metric', '(\\d+) ops'];
    // A figure where the end of the output begins, of one that is kept whole and of one that is not.
    for (const [before, kept, figure] of [
      [398, 4498, 1_234_567],
      [2000, 1024 + '\n[…]\n'.length + 4087, null],
    ] as const) {
      const script = `printf '%0${before}d' 0 | tr 0 x; printf ' 1234567 ops\\n'; printf '%04086d' 0 | tr 0 y; echo`;
      const { of } = await exec('native', flags, ['sh', '-c', script]);
      expect(of('native').stdout).toHaveLength(kept);
      expect(of('native').metric?.median ?? null).toBe(figure);
    }
  });

  test('a script needs no first line, and there may be very many arguments', async () => {
    const script = join(folder, 'script');
    writeFileSync(script, 'echo $#\n', { mode: 0o755 });
    const many = Array.from({ length: 100_000 }, () => 'x');
    const { code, of } = await exec('uml', ONCE, [script, ...many]);
    expect(code).toBe(0);
    expect(of('native').stdout).toBe('100000\n');
    expect(of('uml').output).toBe('same');
  });

  test('neither shared memory nor the name nor settings of this computer change', async () => {
    const segments = () => readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').length;
    const before = [segments(), hostname()];
    const setting = '/proc/sys/vm/swappiness';
    const script = `ipcmk -M 1000 && hostname changed && hostname; cat ${setting} > ${setting} || echo no`;
    const { of } = await exec('container', [...ONCE, '--keep-capabilities'], ['sh', '-c', script]);
    if (process.getuid?.() === 0) expect(of('native').stdout).toMatch(/\nchanged\nno\n$/);
    expect([segments(), hostname()]).toEqual(before);
  });

  test('a service of its own is reached, and a file of each kind can be read and given away', async () => {
    const script = `
      node -e 'const server = require("net").createServer((client) => client.end("served"));
        server.listen(0, "127.0.0.1", () => require("net").connect(server.address().port, "127.0.0.1")
          .on("data", (data) => console.log(String(data))).on("close", () => server.close()))'
      mkfifo fifo && (echo through > fifo & cat fifo)
      echo here > /dev/shm/file && cat /dev/shm/file && head -c 4 /dev/urandom | wc -c
      id -u | grep -qx 0 || exit 0
      cat /etc/shadow > /dev/null && echo > file && chown 12345:12345 file && chmod 600 file && cat file
      setpriv --reuid 12345 --regid 12345 --clear-groups sh -c 'id -u; echo > /dev/shm/own && chmod 700 /dev/shm/own'`;
    const { code, stderr, of } = await exec('container,uml', ONCE, ['sh', '-ec', script]);
    expect(code, stderr).toBe(0);
    expect(of('native').stdout).toMatch(/^served\nthrough\nhere\n4\n(?:\n12345\n)?$/);
    expect([of('container').output, of('uml').output]).toEqual(['same', 'same']);
  });

  test('what it was given of this computer is in the result and in the report', async () => {
    const flags = [...ONCE, '--share', 'ipc,net', '--keep-capabilities'];
    const { result } = await exec('native', flags, ['true']);
    expect(result.plan).toMatchObject({ share: ['net', 'ipc'], keepCapabilities: true });
    const { code, stderr } = await hvbench(['exec', '--share', 'disk', '--', 'true'], options);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "hvbench: unknown thing to share 'disk': there is net, ipc\n",
    });
  });

  test('one that fails natively ends it, with what it said', async () => {
    const { code, stderr, result, of } = await exec('uml', ONCE, ['sh', '-c', 'echo oops >&2; exit 3']);
    expect(code).toBe(1);
    expect(stderr).toContain('failed: native: the command exited with 3: oops');
    expect(result.stopped.reason).toBe('failed');
    expect(of('native')).toMatchObject({ status: 'failed', error: 'the command exited with 3: oops' });
    expect(of('uml').status).toBe('unavailable');
  });

  test('one that fails everywhere alike is measured with --ignore-failure', async () => {
    const { code, of } = await exec('uml', [...ONCE, '--ignore-failure'], ['sh', '-c', 'exit 3']);
    expect(code).toBe(0);
    expect(of('uml').runs[0]?.ending).toEqual({ how: 'exited', code: 3 });
  });

  test('one that fails in a guest alone is the failure of that guest', async () => {
    const script = 'if grep -q hostfs /proc/filesystems; then echo here >&2; kill -SEGV $$; fi';
    const { code, of } = await exec('container,uml', ONCE, ['sh', '-c', script]);
    expect(code).toBe(1);
    expect(of('uml')).toMatchObject({
      status: 'failed',
      error: 'the command was killed by SIGSEGV: here',
    });
    expect(of('container').status).toBe('ok');
  });

  test('one that hangs is killed with all that it has started, and told apart', async () => {
    const script = '(trap "" TERM; setsid sleep 1234) & sleep 1234';
    const { code, of } = await exec('uml', [...ONCE, '--timeout', '0.5'], ['sh', '-c', script]);
    expect(code).toBe(1);
    expect(of('native').runs[0]?.ending).toEqual({ how: 'timed-out' });
    expect(of('native').error).toBe('the command did not end in time and was killed (--timeout)');
  });

  test('one that does not exist, and a signal', async () => {
    const missing = await exec('container', ONCE, ['hvbench-no-such-command']);
    expect(missing.of('native').error).toBe('the command cannot be started (ENOENT)');
    const killed = await exec('container', ONCE, ['sh', '-c', 'kill -KILL $$']);
    expect(killed.of('native').error).toBe('the command was killed by SIGKILL');
  });

  test('what it leaves running in the background does not keep it from ending', async () => {
    const { code, of } = await exec('uml', ONCE, ['sh', '-c', 'sleep 1234 & echo done']);
    expect(code).toBe(0);
    expect(of('uml').output).toBe('same');
  });

  test('--setup comes once a launch, --prepare before each run; one that fails is a failure', async () => {
    const flags = [
      '--setup',
      'echo setup > log',
      '--prepare',
      'echo prepared >> log',
      '--warmup',
      '1',
      '--runs',
      '2',
    ];
    const { of } = await exec('uml', flags, ['cat', 'log']);
    expect(of('uml').runs.map(({ stdout }) => stdout.bytes)).toEqual([15, 24, 15, 24]);
    const failing = await exec('container', [...ONCE, '--setup', 'exit 9'], ['true']);
    expect(failing.of('native').error).toBe('--setup exited with 9');
  });

  test('a figure of its own is compared by --metric', async () => {
    const script = 'grep -q hostfs /proc/filesystems && echo score: 5 || echo score: 10';
    const { of } = await exec('uml', ['--runs', '2', '--metric', 'score: (\\d+)'], ['sh', '-c', script]);
    expect(of('uml').metric?.median).toBe(5);
    expect(of('uml').metric?.ratio?.estimate).toBeCloseTo(0.5, 10);
    expect(of('uml').output).toBe('differs');
  });

  test('one that is written with commas, or not in every run, is said, and never another number', async () => {
    const metric = (script: string, pattern = 'real +0m([\\d.,]+)s') => [
      'exec',
      '--hypervisor',
      'container',
      '--runs',
      '3',
      '--warmup',
      '0',
      '--metric',
      pattern,
      '--',
      'sh',
      '-c',
      script,
    ];
    for (const text of ['1,021', '0,98', '0,123']) {
      const { code, stdout } = await hvbench(metric(`echo "real    0m${text}s"`), options);
      expect(code).toBe(0);
      const said = stdout.replace(/\s+/g, ' ');
      expect(said).toContain(
        'native, container: no figure (--metric): in 3 of 3 runs it is written with commas',
      );
      expect(said).toMatch(new RegExp(`\\("${text}"\\)\\. LC_ALL=C hvbench exec`));
    }
    const { stdout } = await hvbench(metric('echo "real 0m1.021s"'), options);
    expect(stdout).toMatch(/│ native .* 1\.021 /);
    expect(stdout).not.toContain('--metric');
    // What the first run of each launch writes is there for the second.
    const lacking =
      'n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; [ $n -gt 0 ] || echo "real 0m1.021s"';
    const partly = await hvbench(
      metric(lacking).map((word) => (word === '3' ? '6' : word)),
      options,
    );
    expect(partly.stdout.replace(/\s+/g, ' ')).toContain(
      'native, container: 3 of 6 runs have a figure (--metric); the others may not be like them.',
    );
  });

  test('exports are written, hyperfine finds its own fields in them, and the table says what happened', async () => {
    const exports = ['json', 'csv', 'markdown'].flatMap((name) => [`--export-${name}`, `out.${name}`]);
    const args = ['exec', '--hypervisor', 'uml', '--runs', '2', ...exports, '--', 'echo', "it's"];
    const { code, stdout } = await hvbench(args, options);
    expect(code).toBe(0);
    expect(stdout).toContain("echo 'it'\\''s'");
    for (const id of ['native', 'uml']) expect(stdout).toMatch(new RegExp(`│ ${id} `));
    expect(stdout.match(/2 runs in 2 launches/g)).toHaveLength(2);
    for (const name of ['json', 'csv', 'markdown']) expect(stdout).toContain(`Written to out.${name}`);
    const { results } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
    expect(results.map(({ command }: { command: string }) => command.split(':')[0])).toEqual([
      'native',
      'uml',
    ]);
    expect(results[1].times).toHaveLength(2);
    expect(results[1].exit_codes).toEqual([0, 0]);
    const csv = readFileSync(join(folder, 'out.csv'), 'utf8').trim().split('\n');
    expect(csv[0]).toMatch(/^command,mean,stddev,median,user,system,min,max,environment,/);
    expect(csv).toHaveLength(3);
    expect(readFileSync(join(folder, 'out.markdown'), 'utf8')).toContain('| uml');
  });

  test.skipIf(noNobody)('it needs no privileges', () => asNobody('container,uml', () => {}));

  test('an export that cannot be written is an error, and what was measured is shown and written all the same', async () => {
    const args = [
      'exec',
      '--hypervisor',
      'container',
      ...ONCE,
      ...['--export-json', 'none/out.json', '--export-markdown', 'written.md'],
      '--',
      'true',
    ];
    const { code, stdout, stderr } = await hvbench(args, options);
    expect(code).toBe(2);
    expect(stdout).toMatch(/│ container /);
    expect(stderr).toContain('cannot write none/out.json: ENOENT; choose another --export-json');
    expect(readFileSync(join(folder, 'written.md'), 'utf8')).toContain('| container');
    rmSync(/what was measured is in (\/\S+): /.exec(stderr)?.[1] ?? '', { recursive: true });
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGKILL', 137],
  ] as const) {
    test(`nothing outlives ${signal}`, async () => {
      const args = ['exec', '--hypervisor', 'uml', '--runs', '50', '--', 'sh', '-c', 'sleep 0.3; sleep 0.3'];
      const started = start(args, options);
      const isRunning = () =>
        started.remains().some(({ commandLine }) => commandLine.startsWith('linux.uml')) &&
        started.remains().some(({ commandLine }) => commandLine.startsWith('sleep'));
      await until('a run', isRunning, 60_000);
      const own = new Set(mountNamespaces(started.remains().map(({ pid }) => pid)));
      own.delete(readlinkSync('/proc/self/ns/mnt'));
      expect(own.size).toBeGreaterThan(1);
      started.child.kill(signal);
      expect((await started.ended).code).toBe(code);
      await until('the end of its machines', () => started.remains().length === 0);
      expectNothingLeft(started);
      expect(mountNamespaces().filter((one) => own.has(one))).toEqual([]);
      // What only a killed one leaves: its journal, for `hvbench report`.
      const journal = /journal in (\/.*)$/m.exec(started.progress())?.[1] ?? '';
      expect(existsSync(journal)).toBe(signal === 'SIGKILL');
      rmSync(journal, { recursive: true, force: true });
    });
  }
});

test('a terminal without a size, and one that it is in the background of', async () => {
  const command = `${process.execPath} ${MAIN} exec --hypervisor native --runs 1 --warmup 0 -- true`;
  for (const shell of [
    `stty cols 0; timeout --foreground -k 1 60 ${command}`,
    `stty cols 80; timeout -k 1 60 ${command}`,
  ]) {
    // It gives the command a terminal of its own.
    const { status, stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
      cwd: folder,
      timeout: 90_000,
    });
    expect(status, stdout.toString()).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
  }
});

test.skipIf(noUml)('Ctrl-C while a machine starts is heard', async () => {
  // So large a memory that it takes User Mode Linux a minute.
  const args = ['exec', '--hypervisor', 'uml', '--memory', '1000000', '--runs', '1', '--', 'true'];
  const started = start(args, options);
  await until('its start', () =>
    started.remains().some(({ commandLine }) => commandLine.startsWith('linux.uml')),
  );
  started.child.kill('SIGINT');
  await until('its end', () => started.child.exitCode !== null, 30_000);
  expect((await started.ended).code).toBe(130);
  expectNothingLeft(started);
});

test.skipIf(noQemu || noGuests)('a command in QEMU sees the same files, and nothing is left', async () => {
  const script = `pwd; id; ls -A /usr/bin | cksum; echo text > ${join(folder, 'here')}; cat ${join(folder, 'here')}`;
  const { code, of } = await exec('qemu-tcg', ['--runs', '1'], ['sh', '-c', script]);
  expect(code).toBe(0);
  expect(of('qemu-tcg').output).toBe('same');
  expect(of('qemu-tcg').inside.join('\n')).toContain('TCGTCGTCGTCG');
  expect(existsSync(join(folder, 'here'))).toBe(false);
});

test.skipIf(noQemu || noGuests || noNobody)('QEMU needs no privileges for it', () => {
  // Kernels that were fetched are in the cache of whoever runs the tests.
  const fetched = join(cacheFolder(), 'kernels');
  return asNobody('qemu-tcg', (cache) => {
    if (existsSync(fetched)) cpSync(fetched, join(cache, 'kernels'), { recursive: true });
  });
});

/** In a user namespace that lets nobody make another, and whose root may do nothing that root may. */
const WITHOUT_NAMESPACES = [
  ...['unshare', '--user', '--map-root-user', 'sh', '-c'],
  'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"',
  'sh',
];

describe('what cannot be done is said in a line', () => {
  test('a folder that is gone, or is another one in every machine', async () => {
    const gone = mkdtempSync(join(folder, 'gone-'));
    const under = ['sh', '-c', `rmdir ${gone}; exec "$@"`, 'sh'];
    for (const [where, message] of [
      [{ cwd: gone, under }, 'hvbench: the working directory is gone: change to another one\n'],
      [{ cwd: '/dev/shm' }, /^hvbench: a command cannot run in \/dev\/shm, .*: change to another one\n$/],
      [
        { cwd: folder, env: { TMPDIR: join(folder, 'none') } },
        /cannot write to .*none: ENOENT; set TMPDIR to another folder\n$/,
      ],
    ] as const) {
      const { code, stderr } = await hvbench(['exec', '--', 'true'], where);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  test.skipIf(noUml)('mounts of our own', async () => {
    const under = WITHOUT_NAMESPACES;
    const { code, stdout, stderr } = await hvbench(['exec', '--', 'true'], { ...options, under });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n').at(-1)).toBe(
      "hvbench: the command cannot be run natively: this system lets us make no user namespaces (user.max_user_namespaces is 0); a command is kept off the host's files by namespaces; try: sudo sysctl -w user.max_user_namespaces=15000",
    );
  });

  for (const [args, message] of [
    [['--hypervisor', 'vmware', '--', 'true'], /unknown hypervisor 'vmware': there is native/],
    [['--metric', '(', '--', 'true'], /--metric is not usable: /],
    [['--metric', 'no group', '--', 'true'], /--metric is not usable: it has no group/],
    [['--runs', '0', '--', 'true'], /must be a whole number above 0/],
    [['--runs', '100001', '--', 'true'], /--runs can be 100000 at most/],
    [['--warmup', '10001', '--', 'true'], /--warmup can be 10000 at most/],
    [['--timeout', '1e7', '--', 'true'], /--timeout can be 1000000 s at most/],
    [[], /missing required argument 'command'/],
  ] as const) {
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await hvbench(['exec', ...args], options);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });
  }
});
