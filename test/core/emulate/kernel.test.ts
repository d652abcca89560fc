import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cachedHostKernel, hostKernel } from '../../../core/emulate/kernel.ts';
import { newestCached } from '../../../core/guest/kernel-cache.ts';
import { fakeApt } from '../guest/fake-apt.ts';
import { fakeKernel } from '../guest/fake-kernel.ts';
import { fakeRoot } from '../host/fake-root.ts';

afterEach(() => vi.unstubAllEnvs());

const RELEASE = '6.1.0-1-amd64';

async function offer(modules: readonly string[]) {
  const folder = await fakeRoot({});
  const apt = await fakeApt(folder);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('PATH', apt.path);
  const image = fakeKernel({ text: `${RELEASE} (x) ` });
  const files = Object.fromEntries(
    modules.map((path) => [`lib/modules/${RELEASE}/kernel/${path}`, path] as const),
  );
  await apt.offer(
    'linux-image-amd64',
    `linux-image-${RELEASE}`,
    '1-1',
    { [`vmlinuz-${RELEASE}`]: image },
    { name: `linux-modules-${RELEASE}`, files },
  );
  return { phases: [] as string[], place: join(folder, `cache/hvbench/kernels/host-x86_64-${RELEASE}`) };
}

const fetch = (phases: string[]) =>
  hostKernel(undefined, (text) => phases.push(text), { systems: ['debian'] });

it('a kernel with KVM is fetched once, with its modules in order, and is none for guests', async () => {
  const { phases, place } = await offer([
    'arch/x86/kvm/kvm-amd.ko.xz',
    'fs/9p/9p.ko.xz',
    'arch/x86/kvm/kvm.ko.xz',
    'arch/x86/kvm/kvm-intel.ko.xz',
  ]);
  const kernel = await fetch(phases);
  expect(kernel).toEqual({
    path: join(place, 'vmlinuz'),
    release: RELEASE,
    modules: ['9p.ko.xz', 'kvm.ko.xz', 'kvm-amd.ko.xz'].map((name) => join(place, name)),
  });
  expect(await fetch(phases)).toEqual(kernel);
  expect(await cachedHostKernel()).toEqual(kernel);
  expect(phases).toEqual(['fetching a kernel with KVM (70 MB)']);
  expect(await newestCached('x86_64')).toBeNull();
});

it('one without KVM on AMD-V is refused in a line', async () => {
  const { phases } = await offer(['fs/9p/9p.ko']);
  await expect(fetch(phases)).rejects.toThrow(
    /^Linux 6\.1\.0-1-amd64 cannot be .* has no module kvm-amd\.ko; name/,
  );
});

it('a file that is no kernel is refused', async () => {
  await expect(hostKernel('/bin/sh', () => {}, {})).rejects.toThrow(/^cannot use \/bin\/sh as a kernel: /);
});
