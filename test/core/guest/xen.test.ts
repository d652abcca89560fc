/** How Xen gets into the cache, and how that fails. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { cachedXen, fetchXen, findXen, readXen } from '../../../core/guest/xen.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { fakeApt } from './fake-apt.ts';

afterEach(() => vi.unstubAllEnvs());

/** The header of multiboot is somewhere in the first 8 KiB. */
const image = (name: string) => {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt32LE(0x1bad_b002, 1024);
  bytes.write(name, 2048);
  return bytes;
};

async function market() {
  const folder = await fakeRoot({});
  const apt = await fakeApt(folder);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('PATH', apt.path);
  return {
    ...{ ...apt, folder, kept: join(folder, 'cache/hvbench/xen') },
    offerXen: (release: string, version: string, files: Record<string, Buffer>) =>
      apt.offer('xen-system-amd64', `xen-hypervisor-${release}-amd64`, version, files),
  };
}

const refusal = async (promise: Promise<unknown>) => {
  const error = (await promise.catch((reason: unknown) => reason)) as Error;
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain('\n');
  return error.message;
};

describe('Xen', () => {
  it('is of the version that the distribution has, unpacked, and fetched once', async () => {
    const { offerXen, kept, log } = await market();
    await offerXen('4.20', '4.20.1-1', {
      'xen-4.20-amd64.gz': gzipSync(image('4.20')),
      'xen-4.20-amd64.efi': Buffer.from('MZ'),
    });
    const phases: string[] = [];
    const say = (text: string) => phases.push(text);
    expect(await findXen(undefined, say, {})).toEqual(image('4.20'));
    expect(phases).toEqual(['fetching Xen (2 MB)']);
    expect(await readdir(kept)).toEqual(['xen-hypervisor-4.20-amd64']);
    const calls = (await log()).length;
    expect(await findXen(undefined, say, {})).toEqual(image('4.20'));
    expect((await log()).length).toBe(calls);
    expect(phases).toHaveLength(1);
  });

  it('that is damaged does not count, and gives way', async () => {
    const { offerXen, kept } = await market();
    await offerXen('4.17', '4.17.7-1', { 'xen-4.17-amd64.gz': gzipSync(image('4.17')) });
    const path = await fetchXen();
    await writeFile(path, 'damaged');
    await mkdir(join(kept, 'somebody else'));
    await writeFile(join(kept, 'somebody else/xen.json'), 'no JSON');
    expect(await cachedXen()).toBeNull();
    await fetchXen();
    expect(await cachedXen()).toBe(path);
  });

  it('is refused in a line', async () => {
    const { offerXen, folder } = await market();
    expect(await refusal(fetchXen())).toBe(
      'apt has no package xen-system-amd64 here: name one with --xen-hypervisor FILE',
    );
    await offerXen('4.17', '4.17.7-1', { 'xen-4.17-amd64.efi': Buffer.from('MZ') });
    expect(await refusal(fetchXen())).toMatch(
      /^Debian's Xen cannot be fetched: sh: .*--xen-hypervisor FILE$/,
    );
    const file = join(folder, 'file');
    expect(await refusal(readXen(file))).toBe(`cannot use ${file} as Xen: no such file`);
    expect(await refusal(readXen(folder))).toMatch(/is not a file$/);
    await writeFile(file, 'MZ');
    expect(await refusal(readXen(file))).toMatch(/it has no multiboot header; take /);
    await writeFile(file, gzipSync(image('x')).subarray(0, 30));
    expect(await refusal(readXen(file))).toMatch(/^cannot use .* as Xen: /);
  });

  it('may be a named file, packed or not', async () => {
    const { folder } = await market();
    const file = join(folder, 'file');
    for (const bytes of [image('a'), gzipSync(image('a'))]) {
      await writeFile(file, bytes);
      expect(await findXen(file, () => {}, {})).toEqual(image('a'));
    }
  });
});
