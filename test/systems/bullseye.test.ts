/** Debian 11: the real command in its user land, with its compiler, its linker and its util-linux. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';
import { requireOrSkip } from '../require.ts';
import { expectGuests, ownCache } from './guests.ts';
import { bullseye, bullseyeIsUsable, inLand } from './land.ts';
import { doctor, exec, report, run } from './matrix/steps.ts';

const folder = temporaryFolder();

describe.skipIf(requireOrSkip('bullseye', bullseyeIsUsable))('in a user land of Debian 11', () => {
  let land: string;
  beforeAll(async () => {
    land = await bullseye();
  });

  // The matrix of systems does it with guests that boot Linux, too.
  test('everything works, and its compiler makes the guests', async () => {
    const options = { cwd: folder, under: inLand(land, folder), env: { CC: '' } };
    const place = { options, kernels: '', able: ['native', 'control', 'v86'], boots: [] };
    const examination = await doctor(place);
    expect(examination.host.os).toMatch(/Debian GNU\/Linux 11/);
    expect(examination.host.compiler).toMatch(/^gcc .*10\.2/);
    await run(place, examination);
    await exec(place, examination);
    await report(place, ['out']);
    // Who reads a report has to know whose code it is.
    expect(readFileSync(join(folder, 'out/summary.md'), 'utf8').replaceAll('\\', '')).toContain(
      `Guest code by ${examination.host.compiler}`,
    );
  });

  test('its linker, in a $CC of several words for our compiler, builds guests that run', async () => {
    const options = ownCache(folder, 'old-ld', {
      CC: `gcc -fno-use-linker-plugin -B${join(folder, 'old-ld')}/`,
    });
    const libraries = join(land, 'usr/lib/x86_64-linux-gnu');
    const [loader] = readdirSync(libraries).filter((name) => /^ld-[\d.]+\.so$/.test(name));
    writeFileSync(
      join(options.cwd, 'ld'),
      `#!/bin/sh\nexec ${libraries}/${loader} --library-path ${libraries} ${land}/usr/bin/x86_64-linux-gnu-ld.bfd "$@"\n`,
    );
    chmodSync(join(options.cwd, 'ld'), 0o755);
    const unknown = spawnSync(join(options.cwd, 'ld'), ['--no-warn-rwx-segments'], { encoding: 'utf8' });
    expect(unknown.stderr).toMatch(/unrecognized option/);
    await expectGuests(options, /^gcc /);
  });
});
