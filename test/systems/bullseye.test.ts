/** Debian 11: the real command in its user land, with its compiler, its linker and its util-linux. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';
import { requireOrSkip } from '../require.ts';
import { everyday } from './everyday.ts';
import { bullseye, bullseyeIsUsable, inLand } from './land.ts';

const folder = temporaryFolder();

describe.skipIf(requireOrSkip('bullseye', bullseyeIsUsable))('in a user land of Debian 11', () => {
  let land: string;
  beforeAll(async () => {
    land = await bullseye();
  });

  test('everything works, and its compiler makes the guests', async () => {
    const options = { cwd: folder, under: inLand(land, folder), env: { CC: '' } };
    const { examination, result, exec } = await everyday(options, join(folder, 'out'));
    expect(result.host.os).toMatch(/Debian GNU\/Linux 11/);
    expect(result.host.compiler).toMatch(/^gcc .*10\.2/);
    expect(examination.findings.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(exec.environments.map(({ id, status }) => [id, status])).toEqual([
      ['native', 'ok'],
      ['control', 'ok'],
    ]);
  });
});
