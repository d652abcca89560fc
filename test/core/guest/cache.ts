import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { findToolchain, settleFlags } from '../../../core/guest/toolchain.ts';
import type { Isa } from '../../../core/results/schema.ts';
import { requireOrSkip } from '../../require.ts';

async function canBuildI386(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'hvbench-cache-'));
  try {
    await settleFlags(await findToolchain(), 'i386', folder);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The ISAs that can be built here. */
export const ISAS: readonly Isa[] = requireOrSkip('i386', await canBuildI386())
  ? ['x86_64']
  : ['x86_64', 'i386'];

/** Gives the test file, or the `describe`, the image cache that all tests of a run share: images are built once for all. */
export function useImageCache(): void {
  beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', join(tmpdir(), 'cache')));
  afterAll(() => void vi.unstubAllEnvs());
}
