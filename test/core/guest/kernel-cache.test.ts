import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cachedVersion, keepKernel, kernelsFolder, newestCached } from '../../../core/guest/kernel-cache.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { fakeKernel } from './fake-kernel.ts';

afterEach(() => vi.unstubAllEnvs());

const PACKAGE = 'linux-image-6.1.0-1-test';

async function emptyCache() {
  vi.stubEnv('XDG_CACHE_HOME', await fakeRoot({}));
  await mkdir(kernelsFolder(), { recursive: true });
  const keep = async (version: string, more = '') => {
    const work = await mkdtemp(join(kernelsFolder(), 'building-'));
    const image = join(work, 'image');
    await writeFile(image, Buffer.concat([fakeKernel(), Buffer.from(more)]), { mode: 0o600 });
    try {
      return await keepKernel(image, [], { package: PACKAGE, version }, work);
    } finally {
      await rm(work, { recursive: true });
    }
  };
  return { keep };
}

it('a record that is a FIFO, or very long, is none', async () => {
  const { keep } = await emptyCache();
  const { path } = await keep('1-1');
  const record = join(dirname(path), 'kernel.json');
  await appendFile(record, ' '.repeat(70_000));
  expect(await newestCached('x86_64')).toBeNull();
  await rm(record);
  execFileSync('mkfifo', [record]);
  expect(await newestCached('x86_64')).toBeNull();
});

describe('a kernel', () => {
  it('is kept with a record of what it is', async () => {
    const { keep } = await emptyCache();
    const kernel = await keep('1-1');
    const folder = join(kernelsFolder(), 'x86_64-6.1.0-1-test');
    const { path, ...record } = kernel;
    expect(path).toBe(join(folder, 'vmlinuz'));
    expect(record).toMatchObject({
      isa: 'x86_64',
      release: '6.1.0-1-test',
      package: PACKAGE,
      version: '1-1',
    });
    expect(JSON.parse(await readFile(join(folder, 'kernel.json'), 'utf8'))).toEqual(record);
    expect(await readFile(path)).toEqual(fakeKernel());
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    expect(await newestCached('x86_64')).toEqual(kernel);
    expect(await newestCached('i386')).toBeNull();
  });

  it('stays where the same is kept again', async () => {
    const { keep } = await emptyCache();
    const { path } = await keep('1-1');
    const { ino } = await stat(path);
    expect((await keep('1-1')).path).toBe(path);
    expect((await stat(path)).ino).toBe(ino);
  });

  it('gives way to another version of the same release, and where it is damaged', async () => {
    const { keep } = await emptyCache();
    const { path } = await keep('1-1');
    await keep('1-2', 'signed');
    expect(await newestCached('x86_64')).toMatchObject({ path, version: '1-2' });
    expect((await readFile(path)).subarray(-6).toString()).toBe('signed');
    await appendFile(path, 'x');
    expect(await newestCached('x86_64')).toBeNull();
    await keep('1-2', 'signed');
    expect(await newestCached('x86_64')).toMatchObject({ path, version: '1-2' });
    await rm(join(dirname(path), 'kernel.json'));
    await keep('1-2', 'signed');
    expect(await newestCached('x86_64')).toMatchObject({ path, version: '1-2' });
    expect(await readdir(kernelsFolder())).toEqual(['x86_64-6.1.0-1-test']);
  });

  it('is whole, whoever keeps it at the same time', async () => {
    const { keep } = await emptyCache();
    const versions = ['1-1', '1-2', '1-1', '1-2', '1-1', '1-2'];
    await Promise.allSettled(versions.map((version) => keep(version, version)));
    expect(await newestCached('x86_64')).toMatchObject({ package: PACKAGE });
    expect(await readdir(kernelsFolder())).toEqual(['x86_64-6.1.0-1-test']);
  });

  it('is found by its package and version, if it is intact', async () => {
    const { keep } = await emptyCache();
    const kernel = await keep('1-1');
    const find = (version: string, name = PACKAGE) => cachedVersion('x86_64', { package: name, version });
    expect(await find('1-1')).toEqual(kernel);
    expect(await find('1-2')).toBeNull();
    expect(await find('1-1', 'linux-image-other')).toBeNull();
    expect(await cachedVersion('i386', { package: PACKAGE, version: '1-1' })).toBeNull();
    await appendFile(kernel.path, 'x');
    expect(await find('1-1')).toBeNull();
  });
});
