import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findHelpers } from '../../../core/host/helpers.ts';
import { localHost } from '../../../core/host/local.ts';
import { findOnPath } from '../../../core/host/path.ts';
import { fakeRoot } from './fake-root.ts';

async function programs(files: Record<string, string>): Promise<string> {
  const folder = await fakeRoot(files);
  await Promise.all(Object.keys(files).map((name) => chmod(join(folder, name), 0o755)));
  return folder;
}

test('finds the first executable file on the path', async () => {
  const first = await fakeRoot({ tool: 'not executable', 'folder/tool/x': '' });
  const second = await programs({ tool: '#!/bin/sh\n' });
  expect(await findOnPath('tool', `${first}:${first}/folder:${second}`)).toBe(join(second, 'tool'));
  expect(await findOnPath('tool', first)).toBeNull();
  expect(await findOnPath('tool', '')).toBeNull();
});

test('a setpriv without --pdeathsig does not count', async () => {
  const full = await programs({ taskset: '', setpriv: '#!/bin/sh\necho " --pdeathsig keep|clear"\n' });
  expect(await findHelpers(localHost, full)).toEqual({
    taskset: join(full, 'taskset'),
    setpriv: join(full, 'setpriv'),
  });
  const busybox = await programs({ setpriv: '#!/bin/sh\necho "setpriv [OPTIONS] PROG"\n' });
  expect(await findHelpers(localHost, busybox)).toEqual({ taskset: null, setpriv: null });
});
