import { appendFile, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { findKernels, kernelLack } from '../../../core/guest/kernels.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { fakeKernel, placeCached } from './fake-kernel.ts';

afterEach(() => vi.unstubAllEnvs());

/** A cache and a /boot of the test's own, both empty. */
async function shelves() {
  const folder = await fakeRoot({});
  const [cache, boot] = [join(folder, 'cache'), join(folder, 'boot')];
  await mkdir(boot);
  vi.stubEnv('XDG_CACHE_HOME', cache);
  const put = async (name: string, text: string, isa: 'x86_64' | 'i386' = 'x86_64') => {
    const path = join(folder, name);
    await writeFile(path, fakeKernel({ isa, text: `${text} ` }));
    return path;
  };
  return { folder, cache, boot, put };
}

/** Root may read everything: what it asks, it asks as nobody. */
async function asUser<T>(ask: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await ask();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('kernels', () => {
  it('are none where there is nothing', async () => {
    const { folder, boot } = await shelves();
    expect(await findKernels([], boot)).toEqual({});
    expect(await findKernels([], join(folder, 'no-boot'))).toEqual({});
  });

  it('of an older version of this tool have no word on their modules', async () => {
    const { cache, boot } = await shelves();
    const old = { modules: undefined };
    await placeCached(cache, { isa: 'x86_64', release: '5-old', version: '5-1' }, old);
    expect((await findKernels([], boot)).x86_64?.modules).toBeNull();
  });

  it('are those that were named, then those that were fetched, then those of the host', async () => {
    const { cache, boot, put } = await shelves();
    const host = await put('boot/vmlinuz-9', '9-host');
    await put('boot/vmlinuz-8', '8-host', 'i386');
    expect(await findKernels([], boot)).toMatchObject({
      x86_64: { isa: 'x86_64', path: host, release: '9-host', origin: 'host' },
      i386: { release: '8-host', origin: 'host' },
    });
    const fetched = await placeCached(cache, { isa: 'i386', release: '5-fetched', version: '5-1' });
    expect(await findKernels([], boot)).toMatchObject({
      x86_64: { origin: 'host' },
      i386: { isa: 'i386', path: fetched, release: '5-fetched', origin: 'fetched', modules: [] },
    });
    await placeCached(cache, { isa: 'x86_64', release: '6-fetched', version: '6-1' });
    const given = await put('mine', '4-given');
    const named = { isa: 'x86_64', path: given, release: '4-given', origin: 'given' };
    expect(await findKernels([relative(process.cwd(), given), given], boot)).toMatchObject({
      x86_64: named,
      i386: { origin: 'fetched' },
    });
    const other = await put('mine-too', '3-given', 'i386');
    expect(await findKernels([other, given], boot)).toMatchObject({
      x86_64: named,
      i386: { isa: 'i386', path: other, release: '3-given', origin: 'given' },
    });
  });
});

describe('a file that is named', () => {
  it('is refused in one line where it is no kernel', async () => {
    const { folder, boot, put } = await shelves();
    const path = join(folder, 'file');
    const refusal = async () => {
      const error = await findKernels([path], boot).catch((reason) => reason);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).not.toContain('\n');
      return error.message;
    };
    expect(await refusal()).toBe(`cannot use ${path} as a guest's kernel: no such file`);
    await writeFile(path, 'text');
    expect(await refusal()).toMatch(/file as a guest's kernel: it is not a Linux kernel for x86/);
    await writeFile(path, fakeKernel().subarray(0, 9000));
    expect(await refusal()).toMatch(
      /file as a guest's kernel: it is cut short: 9000 of at least 20480 bytes/,
    );
    const [one, two] = [await put('one', '1'), await put('two', '2')];
    await expect(findKernels([one, two], boot)).rejects.toThrow(
      new UserError(`${one} and ${two} are both kernels for x86_64: name one`),
    );
  });
});

describe('of fetched kernels', () => {
  it('the newest is taken, by its version', async () => {
    const { cache, boot } = await shelves();
    await placeCached(cache, { isa: 'x86_64', release: '6.1.0-9-a', version: '6.1.9-1' });
    const newest = await placeCached(cache, { isa: 'x86_64', release: '6.1.0-10-a', version: '6.1.10-1' });
    await placeCached(cache, { isa: 'x86_64', release: '6.1.0-8-a', version: '6.1.10~rc1-1' });
    expect((await findKernels([], boot)).x86_64?.path).toBe(newest);
  });

  it('none is taken that is not what its record says', async () => {
    const { cache, boot } = await shelves();
    const old = await placeCached(cache, { isa: 'x86_64', release: '1', version: '1-1' });
    const found = async () => (await findKernels([], boot)).x86_64?.path;
    const good = { isa: 'x86_64', release: '2', version: '2-1' } as const;

    const damaged = await placeCached(cache, good);
    expect(await found()).toBe(damaged);
    await appendFile(damaged, 'x');
    expect(await found()).toBe(old);

    await placeCached(cache, good, { sha256: '0'.repeat(64) });
    expect(await found()).toBe(old);
    await placeCached(cache, good, { release: '3' });
    expect(await found()).toBe(old);
    await placeCached(cache, good, { isa: 'i386' });
    expect(await found()).toBe(old);
    expect((await findKernels([], boot)).i386).toBeUndefined();
    await writeFile(join(damaged, '../kernel.json'), '{"isa": ');
    expect(await found()).toBe(old);
    await placeCached(cache, good);
    expect(await found()).toBe(damaged);
    await rm(damaged);
    expect(await found()).toBe(old);
    // A name that says one release, with a record and an image that agree on another.
    await placeCached(cache, good);
    await rm(join(cache, 'hvbench/kernels/x86_64-9'), { recursive: true, force: true });
    await symlink(join(cache, 'hvbench/kernels/x86_64-1'), join(cache, 'hvbench/kernels/x86_64-9'));
    expect(await found()).toBe(damaged);
  });

  it('half of one is none', async () => {
    const { cache, boot } = await shelves();
    const image = await placeCached(cache, { isa: 'i386', release: '2', version: '2-1' });
    await mkdir(join(cache, 'hvbench/kernels/building-123456'));
    await writeFile(join(cache, 'hvbench/kernels/i386-file'), '');
    expect((await findKernels([], boot)).i386?.path).toBe(image);
    await rm(join(image, '../kernel.json'));
    expect((await findKernels([], boot)).i386).toBeUndefined();
  });
});

describe("of the host's own kernels", () => {
  it('the running one is taken, else the newest that is one', async () => {
    const { boot, put } = await shelves();
    await put('boot/vmlinuz-6.1.0-9', '6.1.0-9');
    const newest = await put('boot/vmlinuz-6.1.0-10', '6.1.0-10');
    await put('boot/vmlinuz-6.1.0-11', '6.1.0-11', 'i386');
    await put('boot/initrd.img-7', '7');
    await writeFile(join(boot, 'vmlinuz-8'), fakeKernel({ text: '8 ' }).subarray(0, 9000));
    await mkdir(join(boot, 'vmlinuz-9'));
    await symlink('nowhere', join(boot, 'vmlinuz-10'));
    expect((await findKernels([], boot)).x86_64?.path).toBe(newest);
    const running = await put(`boot/vmlinuz-${release()}`, '1-running');
    expect(await findKernels([], boot)).toMatchObject({
      x86_64: { path: running, release: '1-running', origin: 'host' },
      i386: { release: '6.1.0-11' },
    });
  });

  it('those that users may not read do not count, and are told where there is no other', async () => {
    const { folder, boot, put } = await shelves();
    await chmod(folder, 0o755);
    const closed = await put('boot/vmlinuz-2', '2');
    await put('boot/vmlinuz-1', '1').then((path) => chmod(path, 0));
    await chmod(closed, 0);
    const found = () => asUser(() => findKernels([], boot));
    expect(await found()).toEqual({ unreadable: closed });
    await expect(asUser(() => findKernels([closed], boot))).rejects.toThrow(
      `cannot use ${closed} as a guest's kernel: this user may not read it (mode 0000, owner ${process.getuid?.()}); try: sudo chmod +r ${closed}`,
    );
    await chmod(boot, 0);
    await expect(asUser(() => findKernels([closed], boot))).rejects.toThrow(
      `cannot use ${closed} as a guest's kernel: it is in ${boot}, which this user may not enter; try: sudo chmod +x ${boot}`,
    );
    await chmod(boot, 0o755);
    await chmod(await put('boot/vmlinuz-0', '0'), 0o644);
    const { x86_64, ...others } = await found();
    expect(x86_64?.path).toBe(join(boot, 'vmlinuz-0'));
    expect(others).toEqual({});
  });
});

describe('the lack of a kernel', () => {
  it('is told with what helps', () => {
    expect(kernelLack('x86_64', {}, ['ubuntu'])).toEqual({
      reason: 'there is no Linux kernel for x86_64 guests',
      remedy: 'npx hvbench guest',
    });
    expect(kernelLack('i386', {}, ['ubuntu', 'debian'])).toEqual({
      reason: 'there is no Linux kernel for i386 guests, and Ubuntu has none',
      remedy: 'npx hvbench run --kernel FILE …',
    });
    const closed = { unreadable: '/boot/vmlinuz-6.8.0-45-generic' };
    expect(kernelLack('i386', closed, ['debian']).reason).toBe('there is no Linux kernel for i386 guests');
    expect(kernelLack('x86_64', closed)).toEqual({
      reason: 'the Linux kernel /boot/vmlinuz-6.8.0-45-generic may not be read by this user',
      remedy:
        'sudo chmod +r /boot/vmlinuz-6.8.0-45-generic   # or, without root: npx hvbench guest, or --kernel FILE',
    });
  });
});
