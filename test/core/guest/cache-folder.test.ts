import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../../core/guest/cache-folder.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['/var/cache/own', '/root', '/var/cache/own/hvbench'],
  ['relative', '/some/home', '/some/home/.cache/hvbench'],
  ['', '', join(userInfo().homedir, '.cache/hvbench')],
])('XDG_CACHE_HOME %j and HOME %j', (cache, home, folder) => {
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('HOME', home);
  expect(homedir()).toBe(home);
  expect(cacheFolder()).toBe(folder);
});
