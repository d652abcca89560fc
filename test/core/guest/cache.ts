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

/** Gives the test file an image cache of its own, which goes when its tests end. */
export function useOwnCache(): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hvbench-cache-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
}
