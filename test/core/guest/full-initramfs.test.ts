import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findBaseSystem, LARGEST_BASE_BYTES } from '../../../core/guest/base-system.ts';
import { cpio } from '../../../core/guest/cpio.ts';
import { buildFullInitramfs } from '../../../core/guest/full-initramfs.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const base = await findBaseSystem();

/** The names of all entries: offsets of Linux, Documentation/driver-api/early-userspace/buffer-format.rst. */
function namesIn(archive: Buffer): string[] {
  const field = (at: number, index: number) =>
    Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
  const align = (size: number) => (size + 3) & ~3;
  const names: string[] = [];
  for (let at = 0; at < archive.length; ) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const [size, nameSize] = [field(at, 6), field(at, 11)];
    names.push(archive.toString('utf8', at + 110, at + 110 + nameSize - 1));
    at += align(110 + nameSize) + align(size);
  }
  return names;
}

describe.skipIf('reason' in base)('an initramfs with the base system of this host', () => {
  it('is built once, holds what starts a shell, and ends with our own archive', async () => {
    if ('reason' in base) throw new Error(base.reason);
    vi.stubEnv('XDG_CACHE_HOME', folder);
    const own = cpio([{ path: 'init', mode: 0o100755, content: Buffer.from('our program') }]);
    const path = join(folder, 'minimal');
    writeFileSync(path, own);
    const image = await buildFullInitramfs({ isa: 'x86_64', runtime: 'initramfs', path, folder }, base);
    const built = readFileSync(image.path);
    expect(built.subarray(-own.length).equals(own)).toBe(true);
    expect(built.length).toBeGreaterThan(1 << 20);
    // Headers and names come besides.
    expect(built.length).toBeLessThan(LARGEST_BASE_BYTES * 1.1);
    const names = namesIn(built);
    expect(names).toEqual(expect.arrayContaining(['usr/bin/bash', 'usr/bin/env']));
    expect(names.filter((name) => /^(etc|var|home|root)(\/|$)/.test(name))).toEqual([]);
    expect(names.indexOf('usr/bin')).toBeLessThan(names.indexOf('usr/bin/env'));
    expect(names.slice(-3)).toEqual(['TRAILER!!!', 'init', 'TRAILER!!!']);
    const { mtimeMs } = statSync(image.path);
    expect(await buildFullInitramfs({ isa: 'x86_64', runtime: 'initramfs', path, folder }, base)).toEqual(
      image,
    );
    expect(statSync(image.path).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(join(folder, 'hvbench/images'))).toHaveLength(1);
  });
});
