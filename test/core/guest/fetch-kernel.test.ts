/** How a kernel gets into the cache, and how that fails. test/cli/guest.test.ts does it with apt itself. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { type FetchOptions, fetchKernel } from '../../../core/guest/fetch-kernel.ts';
import { newestCached } from '../../../core/guest/kernel-cache.ts';
import { findOnPath } from '../../../core/host/path.ts';
import type { Isa } from '../../../core/results/schema.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { fakeApt } from './fake-apt.ts';
import { fakeKernel } from './fake-kernel.ts';

afterEach(() => vi.unstubAllEnvs());

const CLOUD = 'linux-image-cloud-amd64';
const RELEASE = '6.1.0-1-cloud-amd64';
const NAME = `linux-image-${RELEASE}`;

/** A cache and an apt of the test's own. */
async function market() {
  const folder = await fakeRoot({});
  const kernels = join(folder, 'cache/hvbench/kernels');
  const apt = await fakeApt(folder);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('PATH', apt.path);
  return {
    ...apt,
    folder,
    kernels,
    cached: () => readdir(kernels).catch(() => []),
    offerCloud: (version = '6.1.1-1', kernel = fakeKernel({ text: `${RELEASE} (x) ` })) =>
      apt.offer(CLOUD, NAME, version, {
        [`vmlinuz-${RELEASE}`]: kernel,
        'config-6.1': Buffer.from('CONFIG'),
      }),
    async refusal(isa: Isa = 'x86_64', options: FetchOptions = {}) {
      const error = await fetchKernel(isa, options).catch((reason) => reason);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).not.toContain('\n');
      return error.message as string;
    },
  };
}

const NAME_ONE = 'name a kernel for x86_64 with --kernel FILE';

describe('a kernel', () => {
  it('comes into the cache with its record, and nothing else does', async () => {
    const { kernels, cached, offerCloud } = await market();
    await offerCloud();
    const path = join(kernels, `x86_64-${RELEASE}/vmlinuz`);
    expect(await fetchKernel('x86_64')).toEqual({
      isa: 'x86_64',
      path,
      release: RELEASE,
      origin: 'fetched',
      modules: [],
    });
    expect(await readFile(path)).toEqual(fakeKernel({ text: `${RELEASE} (x) ` }));
    expect(await newestCached('x86_64')).toMatchObject({ path, package: NAME, version: '6.1.1-1' });
    expect(await cached()).toEqual([`x86_64-${RELEASE}`]);
    expect((await readdir(join(kernels, `x86_64-${RELEASE}`))).sort()).toEqual(['kernel.json', 'vmlinuz']);
  });

  it('of i386 is that of another package', async () => {
    const { offer } = await market();
    const image = fakeKernel({ isa: 'i386', text: '6.1.0-1-686 (x) ' });
    await offer('linux-image-686', 'linux-image-6.1.0-1-686', '6.1.1-1', { 'vmlinuz-6.1.0-1-686': image });
    expect(await fetchKernel('i386')).toMatchObject({ isa: 'i386', release: '6.1.0-1-686' });
  });

  // What Ubuntu's packages are called and depend on, as its archive has it; the packages themselves are ours.
  it.each([
    ['Ubuntu 22.04', ['ubuntu', 'debian'], 'linux-image-virtual', '5.15.0-119-generic', 'lib'],
    ['Ubuntu 24.04', ['ubuntu', 'debian'], 'linux-image-virtual', '6.8.0-45-generic', 'usr/lib'],
    ['a system like it', ['linuxmint', 'ubuntu', 'debian'], 'linux-image-generic', '6.8.0-45-generic', 'lib'],
    ['Ubuntu with kernels for KVM alone', ['ubuntu', 'debian'], 'linux-image-kvm', '5.15.0-1060-kvm', 'lib'],
  ])(
    'of %s is that of its own package, with modules of another',
    async (_, systems, offered, release, lib) => {
      const { offer, kernels, log } = await market();
      const image = fakeKernel({ text: `${release} (buildd) ` });
      await offer(
        offered,
        `linux-image-${release}`,
        '1-1',
        { [`vmlinuz-${release}`]: image },
        {
          name: `linux-modules-${release}`,
          files: {
            [`${lib}/modules/${release}/kernel/fs/overlayfs/overlay.ko.zst`]: 'overlay',
            [`${lib}/modules/${release}/kernel/fs/ext4/ext4.ko.zst`]: 'not wanted',
            [`${lib}/modules/${release}/kernel/fs/fuse/virtiofs.ko.zst`]: 'virtiofs',
          },
        },
      );
      const fetched = await fetchKernel('x86_64', { systems });
      const place = join(kernels, `x86_64-${release}`);
      expect(fetched).toMatchObject({ release, origin: 'fetched' });
      expect(fetched.modules).toEqual([join(place, 'virtiofs.ko.zst'), join(place, 'overlay.ko.zst')]);
      expect(await readFile(join(place, 'virtiofs.ko.zst'), 'utf8')).toBe('virtiofs');
      expect((await log()).filter((line) => line.startsWith('apt-get download'))).toEqual([
        `apt-get download -qq linux-image-${release}=1-1`,
        `apt-get download -qq linux-modules-${release}=1-1`,
      ]);
    },
  );

  it('is not downloaded again, unless it is newer or damaged', async () => {
    const { log, offerCloud } = await market();
    await offerCloud();
    const { path } = await fetchKernel('x86_64');
    await fetchKernel('x86_64');
    const downloads = async () => (await log()).filter((line) => line.startsWith('apt-get download'));
    expect(await downloads()).toEqual([`apt-get download -qq ${NAME}=6.1.1-1`]);
    await offerCloud('6.1.2-1');
    await fetchKernel('x86_64');
    expect(await downloads()).toHaveLength(2);
    expect(await newestCached('x86_64')).toMatchObject({ path, version: '6.1.2-1' });
  });

  it('comes although one of several lists does not, which is told', async () => {
    const { offerCloud, override } = await market();
    await offerCloud();
    await override('apt-get', 'update', 'echo "E: Failed to fetch one list" >&2; exit 100');
    const said: string[] = [];
    expect(await fetchKernel('x86_64', { say: (text) => said.push(text) })).toMatchObject({
      release: RELEASE,
    });
    expect(said).toEqual([
      'continuing, although not every package list could be fetched: apt-get: Failed to fetch one list',
    ]);
  });

  it('takes the leavings of those that were killed with it', async () => {
    const { kernels, cached, offerCloud } = await market();
    await offerCloud();
    const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000);
    for (const [name, ago] of [['building-dead', 1.1] as const, ['building-alive', 0.9] as const]) {
      await mkdir(join(kernels, name), { recursive: true });
      await utimes(join(kernels, name), hours(ago), hours(ago));
    }
    await fetchKernel('x86_64');
    expect((await cached()).sort()).toEqual(['building-alive', `x86_64-${RELEASE}`]);
  });
});

describe('one line says', () => {
  it('that there is no such package', async () => {
    const { refusal, cached, override } = await market();
    expect(await refusal()).toBe(`apt has no package ${CLOUD} or linux-image-amd64 here: ${NAME_ONE}`);
    expect(await refusal('x86_64', { systems: ['ubuntu', 'debian'] })).toBe(
      `apt has no package linux-image-virtual, linux-image-kvm, or linux-image-generic here: ${NAME_ONE}`,
    );
    expect(await refusal('i386')).toMatch(
      /^apt has no package linux-image-686 here: name a kernel for i386 with/,
    );
    expect(await refusal('i386', { systems: ['ubuntu', 'debian'] })).toBe(
      'Ubuntu has no kernel for i386: name a kernel for i386 with --kernel FILE',
    );
    await override('apt-get', 'update', 'echo "E: No network" >&2; exit 100');
    expect(await refusal()).toBe(
      `apt has no package ${CLOUD} or linux-image-amd64 here (apt-get: No network): ${NAME_ONE}`,
    );
    expect(await cached()).toEqual([]);
  });

  it('that the newest version cannot be downloaded', async () => {
    const { refusal, cached, offerCloud, override } = await market();
    await offerCloud();
    await override('apt-get', 'download', 'echo "E: Failed to fetch it  404  Not Found" >&2; exit 100');
    expect(await refusal()).toBe(
      `${NAME} 6.1.1-1 cannot be downloaded: apt-get: Failed to fetch it 404 Not Found; try again later, or ${NAME_ONE}`,
    );
    await override('apt-get', 'download', 'exit 0');
    expect(await refusal()).toMatch(`${NAME} 6.1.1-1 cannot be downloaded: apt-get downloaded no ${NAME}; `);
    expect(await cached()).toEqual([]);
  });

  it.each<[string, Record<string, Buffer>, RegExp]>([
    ['is of another ISA', { 'vmlinuz-1': fakeKernel({ isa: 'i386' }) }, /^the kernel in \S+ is for i386; /],
    ['is cut short', { 'vmlinuz-1': fakeKernel().subarray(0, 9000) }, /cannot be used: it is cut short: /],
    ['is no kernel', { 'vmlinuz-1': Buffer.from('text') }, /cannot be used: it is not a Linux kernel/],
    ['is not there', { 'config-1': Buffer.from('text') }, /cannot be fetched: sh: /],
    ['is one of two', { 'vmlinuz-1': fakeKernel(), 'vmlinuz-2': fakeKernel() }, /does not hold one kernel; /],
  ])('that what is in the package %s', async (_, boot, message) => {
    const { refusal, cached, offer } = await market();
    await offer(CLOUD, NAME, '1-1', boot);
    expect(await refusal()).toMatch(message);
    expect(await refusal()).toContain(NAME_ONE);
    expect(await cached()).toEqual([]);
  });

  it('that a package cannot be unpacked', async () => {
    const { refusal, cached, offerCloud, override } = await market();
    await offerCloud();
    await override('dpkg-deb', '--fsys-tarfile', 'head -c 3000 "$2"; exit 2');
    expect(await refusal()).toMatch(/^Debian's kernel for x86_64 cannot be fetched: sh: .*; name a kernel/);
    expect(await cached()).toEqual([]);
  });

  it.each(['apt-get', 'apt-cache', 'dpkg-deb', 'tar'])('that there is no %s', async (missing) => {
    const { folder, refusal, cached } = await market();
    await mkdir(join(folder, 'few'));
    for (const program of ['apt-get', 'apt-cache', 'dpkg-deb', 'tar', 'sh']) {
      const target = await findOnPath(program);
      if (target !== null && program !== missing) await symlink(target, join(folder, 'few', program));
    }
    vi.stubEnv('PATH', join(folder, 'few'));
    expect(await refusal()).toBe(`Debian's kernel cannot be fetched without ${missing}: ${NAME_ONE}`);
    expect(await cached()).toEqual([]);
  });

  it('that the cache cannot be written', async () => {
    const { refusal } = await market();
    vi.stubEnv('XDG_CACHE_HOME', '/dev/null');
    expect(await refusal()).toBe(
      'cannot keep kernels in /dev/null/hvbench/kernels: ENOTDIR; set XDG_CACHE_HOME to another folder',
    );
  });
});

it.each([
  ['apt-get', 'update'],
  ['apt-cache', 'show'],
  ['apt-get', 'download'],
  ['dpkg-deb', '--fsys-tarfile'],
])('a signal ends it during %s %s, and nothing stays', async (program, command) => {
  const { folder, cached, offerCloud, override } = await market();
  await offerCloud();
  await override(program, command, `echo > '${folder}/here'; sleep 600`);
  const controller = new AbortController();
  const ended = fetchKernel('x86_64', { signal: controller.signal }).catch((reason) => reason);
  await vi.waitFor(() => expect(existsSync(join(folder, 'here'))).toBe(true), { timeout: 10_000 });
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await ended).toBe(reason);
  expect(await cached()).toEqual([]);
});
