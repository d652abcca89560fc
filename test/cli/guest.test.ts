/** `hvbench guest`: with Debian's own apt where there is one, and everything that can fail without. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBzImage } from '../../core/guest/bzimage.ts';
import { aptIsUsable } from '../apt.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fakeApt } from '../core/guest/fake-apt.ts';
import { fakeKernel, placeCached } from '../core/guest/fake-kernel.ts';
import { mountsAreUsable } from '../mounts.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, MAIN, sendSignal, start, temporaryFolder, until } from './command.ts';

/** What is said of a Ctrl-C. */
const INTERRUPTED = 'hvbench: interrupted: finishing up; interrupt again to stop at once';
const folder = temporaryFolder();

/** Names of what is in a kernel cache; none where it is not there. */
function cached(cache: string): string[] {
  const kernels = join(cache, 'hvbench/kernels');
  return existsSync(kernels) ? readdirSync(kernels).sort() : [];
}

const guest = (cache: string, args: readonly string[], env: Record<string, string> = {}) =>
  hvbench(['guest', ...args], { cwd: folder, env: { XDG_CACHE_HOME: cache, ...env } });

describe('kernels that are there', () => {
  const cache = join(folder, 'full');
  let paths: { x86_64: string; i386: string };
  beforeAll(async () => {
    paths = {
      x86_64: await placeCached(cache, { isa: 'x86_64', release: '6-a', version: '6-1' }),
      i386: await placeCached(cache, { isa: 'i386', release: '5-b', version: '5-1' }),
    };
    writeFileSync(join(folder, 'mine'), fakeKernel({ isa: 'i386', text: '4-mine ' }));
  });
  // Nothing is fetched: no program that could do so is on the path.
  const env = { PATH: folder };

  test('are shown in a table', async () => {
    const { code, stdout, stderr } = await guest(cache, [], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/│ ISA +│ release +│ where it comes from +│ path +│/);
    expect(stdout).toMatch(new RegExp(`│ x86_64 +│ 6-a +│ fetched from Debian +│ ${paths.x86_64} +│`));
    expect(stdout).toMatch(new RegExp(`│ i386 +│ 5-b +│ fetched from Debian +│ ${paths.i386} +│`));
  });

  test('are listed as JSON, those that were named before others', async () => {
    const { code, stdout, stderr } = await guest(cache, ['--json', '--kernel', 'mine'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      kernels: [
        { isa: 'x86_64', path: paths.x86_64, release: '6-a', origin: 'fetched', modules: [] },
        { isa: 'i386', path: join(folder, 'mine'), release: '4-mine', origin: 'given', modules: [] },
      ],
    });
  });

  test('are those of the ISA that was asked for', async () => {
    const { stdout } = await guest(cache, ['--json', '--isa', 'i386'], env);
    expect(JSON.parse(stdout).kernels).toMatchObject([{ isa: 'i386', release: '5-b' }]);
  });
});

describe('one line says what is wrong', () => {
  const empty = join(folder, 'empty');
  beforeAll(() => {
    writeFileSync(join(folder, 'text'), 'text');
    writeFileSync(join(folder, 'vmlinux'), readFileSync(process.execPath).subarray(0, 65_536));
    writeFileSync(join(folder, 'short'), fakeKernel().subarray(0, 9000));
    writeFileSync(join(folder, 'whole'), fakeKernel({ isa: 'i386' }));
    writeFileSync(join(folder, 'other'), fakeKernel({ isa: 'i386' }));
  });

  test.each<[args: string, named: RegExp]>([
    ['--kernel missing', /cannot use missing as a guest's kernel: no such file$/],
    [
      '--kernel text',
      /cannot use text as a guest's kernel: it is not a Linux kernel for x86 \(bzImage\): it is a text file$/,
    ],
    [
      '--kernel vmlinux',
      /cannot use vmlinux as a guest's kernel: .*: it is an ELF file, as vmlinux is; take the bzImage: its vmlinuz in \/boot, or \S+ of its build tree$/,
    ],
    ['--kernel .', /cannot use \. as a guest's kernel: it is a folder, not a file$/],
    [
      '--kernel short',
      /cannot use short as a guest's kernel: it is cut short: 9000 of at least 20480 bytes$/,
    ],
    ['--kernel /dev/zero', /cannot use \/dev\/zero as a guest's kernel: it is not a file$/],
    ['--kernel whole --kernel other', /whole and \S+other are both kernels for i386: name one$/],
    ['--kernel whole --isa x86_64', /whole is a kernel for i386, but --isa excludes i386$/],
    ['--kernel', /--kernel/],
    ['--isa arm', /'arm': use x86_64 or i386/],
    ['extra', /too many arguments/],
    // Refreshing always needs apt, which is not on this path.
    [
      '--refresh',
      /Debian's kernel cannot be fetched without apt-get: name a kernel for x86_64 with --kernel FILE$/,
    ],
    ['--refresh --isa i386 --json', /without apt-get: name a kernel for i386 with --kernel FILE$/],
  ])('%s', async (args, named) => {
    const { code, stdout, stderr } = await guest(empty, args.split(' '), { PATH: folder });
    const line = stderr.replace(/^fetching Debian's kernel for \w+ …\n/, '');
    expect(line).toMatch(/^hvbench: [^\n]+\n$/);
    expect(line.trimEnd()).toMatch(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(cached(empty)).toEqual([]);
  });
});

const AS_NOBODY = '/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups'.split(' ');
const canBecome =
  mountsAreUsable && spawnSync('/usr/bin/setpriv', [...AS_NOBODY.slice(1), 'test', '-r', MAIN]).status === 0;

describe.skipIf(requireOrSkip('nobody', canBecome))('on Ubuntu, where /boot is kept from users', () => {
  test('guest says which kernel there is, and what lets it be read', async () => {
    const boot = join(folder, 'boot');
    mkdirSync(boot);
    writeFileSync(join(boot, 'vmlinuz-6.8.0-45-generic'), fakeKernel(), { mode: 0o600 });
    const cache = join(folder, 'cache of nobody');
    mkdirSync(cache);
    for (const [path, mode] of [
      [folder, 0o755],
      [cache, 0o777],
    ] as const)
      chmodSync(path, mode);
    const mount = '/usr/bin/mount --bind "$1" /boot || exit 99; shift; exec "$@"';
    const asked = (...args: string[]) =>
      hvbench(['guest', '--isa', 'x86_64', ...args], {
        cwd: folder,
        env: { XDG_CACHE_HOME: cache, PATH: '/nowhere' },
        under: ['/usr/bin/unshare', '-m', '/bin/sh', '-c', mount, 'sh', boot, ...AS_NOBODY],
      });
    const path = '/boot/vmlinuz-6.8.0-45-generic';
    expect(await asked()).toEqual({
      code: 2,
      stdout: '',
      stderr: `this user may not read ${path}: sudo chmod +r ${path} makes it readable for guests
fetching Debian's kernel for x86_64 …
hvbench: Debian's kernel cannot be fetched without apt-get: name a kernel for x86_64 with --kernel FILE
`,
    });
    expect((await asked('--kernel', path)).stderr).toBe(
      `hvbench: cannot use ${path} as a guest's kernel: this user may not read it (mode 0600, owner 0); try: sudo chmod +r ${path}\n`,
    );
  });
});

// Ubuntu by its os-release; its archive's packages are stood for by ours. test/core/guest/fetch-kernel.test.ts has them all.
describe.skipIf(requireOrSkip('mounts', mountsAreUsable))('on Ubuntu', () => {
  test('its kernel is fetched, and that there is none for i386 is told, and no error', async () => {
    const place = join(folder, 'ubuntu');
    mkdirSync(place);
    const release = '6.8.0-31-generic';
    const apt = await fakeApt(place);
    await apt.offer(
      'linux-image-virtual',
      `linux-image-${release}`,
      '6.8.0-31.31',
      { [`vmlinuz-${release}`]: fakeKernel({ text: `${release} (buildd) ` }) },
      {
        name: `linux-modules-${release}`,
        files: { [`lib/modules/${release}/kernel/fs/fuse/virtiofs.ko.zst`]: '' },
      },
    );
    writeFileSync(join(place, 'os-release'), 'NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n');
    const mount = 'mount --bind "$1" /etc/os-release || exit 99; shift; exec "$@"';
    const { code, stdout, stderr } = await hvbench(['guest'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: join(place, 'cache'), PATH: apt.path },
      under: ['unshare', '-m', 'sh', '-c', mount, 'sh', join(place, 'os-release')],
    });
    expect(stderr).toBe(`fetching Ubuntu's kernel for x86_64 …
Ubuntu has no kernel for i386: name one with --kernel FILE
`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ x86_64 +│ 6\.8\.0-31-generic +│ fetched from Ubuntu +│/);
  });
});

test('on Debian from 13 on, that there is none for i386 is told, and is an error only to who asks for it', async () => {
  const place = join(folder, 'debian-13');
  mkdirSync(place);
  const release = '6.12.1-cloud-amd64';
  const apt = await fakeApt(place);
  await apt.offer('linux-image-cloud-amd64', `linux-image-${release}`, '6.12.1-1', {
    [`vmlinuz-${release}`]: fakeKernel({ text: `${release} (debian) ` }),
  });
  const cache = join(place, 'cache');
  const lack = 'apt has no package linux-image-686 here: name a kernel for i386 with --kernel FILE';
  expect(await guest(cache, ['--json'], { PATH: apt.path })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(release),
    stderr: `fetching Debian's kernel for x86_64 …\nfetching Debian's kernel for i386 …\n${lack}\n`,
  });
  expect(await guest(cache, ['--isa', 'i386'], { PATH: apt.path })).toEqual({
    ...{ code: 2, stdout: '', stderr: `fetching Debian's kernel for i386 …\nhvbench: ${lack}\n` },
  });
});

describe('while a kernel is fetched', () => {
  /** A command whose apt stays at a step for ever. */
  async function stuck(name: string, line: string) {
    const place = join(folder, name);
    mkdirSync(place);
    const apt = await fakeApt(place);
    await apt.override('apt-get', 'update', line);
    const cache = join(place, 'cache');
    const started = start(['guest', '--refresh', '--isa', 'i386'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: cache, PATH: apt.path },
      detached: true,
    });
    await until('apt', () => started.remains().some(({ commandLine }) => commandLine.includes('sleep 600')));
    expect(cached(cache)).toEqual([expect.stringMatching(/^building-/)]);
    return { started, cache };
  }

  test.each(['the command', 'its process group'])('Ctrl-C leaves nothing: %s', async (target) => {
    const { started, cache } = await stuck(`interrupted, ${target}`, 'sleep 600');
    sendSignal(started.child.pid, 'SIGINT', target === 'the command' ? 'process' : 'group');
    const { code, stdout, stderr } = await started.ended;
    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: '',
      stderr: `fetching Debian's kernel for i386 …\n${INTERRUPTED}\n`,
    });
    expect(started.remains()).toEqual([]);
    expect(cached(cache)).toEqual([]);
  });

  test('the end of a killed command is that of its apt', async () => {
    const { started } = await stuck('killed', 'exec sleep 600');
    started.child.kill('SIGKILL');
    await until('the end of apt', () => started.remains().length === 0);
    expect((await started.ended).code).toBe(137);
  });
});

describe.skipIf(requireOrSkip('apt', aptIsUsable))('with apt', () => {
  const cache = join(folder, 'cache of "apt"');
  /** What the system's apt keeps, down to when each file was changed. */
  const systemState = () => {
    const roots = ['/var/lib/apt', '/var/cache/apt', '/var/lib/dpkg'];
    const found = spawnSync('find', [...roots, '-printf', '%p %i %s %T@ %C@\n'], { encoding: 'utf8' });
    return found.stdout.split('\n').sort();
  };

  test("Debian's kernels are fetched, and nothing of the system changes", async () => {
    const before = systemState();
    expect(before.length).toBeGreaterThan(100);
    // What the system has apt do after an update.
    const hook = join(folder, 'hook.conf');
    writeFileSync(hook, `APT::Update::Post-Invoke { "touch '${folder}/hooked'"; };\n`);
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const started = start(['guest', '--refresh', '--json'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: cache, TMPDIR: temporary, APT_CONFIG: hook },
    });
    const { code, stdout, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /^fetching Debian's kernel for x86_64 …\n(going on .*\n)?fetching .* for i386 …\n/,
    );
    expect(started.remains()).toEqual([]);
    expect(systemState()).toEqual(before);
    expect(existsSync(join(folder, 'hooked'))).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);

    const { kernels } = JSON.parse(stdout);
    expect(kernels.map(({ isa, origin }: Record<string, string>) => [isa, origin])).toEqual([
      ['x86_64', 'fetched'],
      ['i386', 'fetched'],
    ]);
    for (const { isa, path, release } of atLeastOne<Record<'isa' | 'path' | 'release', string>>(kernels)) {
      expect(await readBzImage(path)).toMatchObject({ isa, release });
      const record = JSON.parse(readFileSync(join(path, '../kernel.json'), 'utf8'));
      expect(record).toMatchObject({ isa, release, package: `linux-image-${release}` });
      expect(release).toMatch(isa === 'x86_64' ? /^\d.*-cloud-amd64$/ : /^\d.*-686$/);
    }
    expect(cached(cache)).toEqual(
      kernels.map(({ isa, release }: Record<string, string>) => `${isa}-${release}`).sort(),
    );

    // What is newest already is not fetched once more.
    const image = statSync(kernels[1].path);
    const again = await guest(cache, ['--refresh', '--json', '--isa', 'i386']);
    expect(JSON.parse(again.stdout).kernels).toEqual([kernels[1]]);
    expect(statSync(kernels[1].path)).toMatchObject({ ino: image.ino, mtimeMs: image.mtimeMs });
  });

  test.each(['update', 'download', 'anything'])('Ctrl-C leaves nothing: %s', async (step) => {
    const own = join(folder, `interrupted ${step}`);
    const started = start(['guest', '--refresh', '--isa', 'i386'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: own },
    });
    await until(step, () =>
      step === 'anything'
        ? cached(own).length > 0
        : started.remains().some(({ commandLine }) => commandLine.includes(` ${step} `)),
    );
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(130);
    expect(stderr.replace(INTERRUPTED, '')).not.toMatch(/hvbench: |^ {4}at /m);
    expect(started.remains()).toEqual([]);
    expect(cached(own)).toEqual([]);
  });
});
