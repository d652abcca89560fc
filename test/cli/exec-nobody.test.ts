/** `hvbench exec` needs no privileges. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../core/guest/cache-folder.ts';
import { execSchema } from '../../core/results/exec-schema.ts';
import { requireOrSkip } from '../require.ts';
import { MAIN, start } from './command.ts';
import { folder, noGuests, noQemu, noUml, ONCE } from './exec-command.ts';

const NOBODY = 65534;
const AS_NOBODY = `setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups`.split(' ');
/** Root can become nobody, who has to reach this checkout: not where a folder above it is closed to others. */
const noNobody = requireOrSkip(
  'nobody',
  process.getuid?.() === 0 && spawnSync('setpriv', [...AS_NOBODY.slice(1), 'test', '-r', MAIN]).status === 0,
);

/** A command reads root's files, and writes, where the tool has no privileges; nothing stays of it but the cache. */
async function asNobody(ids: string, fill: (cache: string) => void): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), 'hvbench-test-'));
  // One that was killed may have left something there.
  const leftBefore = readdirSync('/var/tmp');
  try {
    const cache = join(own, 'hvbench');
    mkdirSync(cache);
    fill(cache);
    for (const path of [own, cache]) chownSync(path, NOBODY, NOBODY);
    // Folders of root's that anybody may write to: the working directory, and /var/tmp.
    const here = mkdtempSync(join(folder, 'here-'));
    for (const path of [folder, here]) chmodSync(path, 0o777);
    const script = `id -u; cat /etc/debian_version; echo text > ${own}/file && cat ${own}/file
      mkdir folder && echo > folder/file && mktemp -d -p /var/tmp hvbench-test-XXX > /dev/null`;
    const started = start(['exec', '--hypervisor', ids, ...ONCE, '--json', '--', 'sh', '-ec', script], {
      cwd: here,
      env: { TMPDIR: own, XDG_CACHE_HOME: own },
      under: AS_NOBODY,
    });
    const { code, stdout, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    const { environments } = execSchema.parse(JSON.parse(stdout));
    const said = `${NOBODY}\n${readFileSync('/etc/debian_version', 'utf8')}text\n`;
    expect(environments.map(({ id, stdout }) => `${id} ${stdout}`)).toEqual(
      ['native', ...ids.split(',')].map((id) => `${id} ${said}`),
    );
    expect(started.remains()).toEqual([]);
    expect(readdirSync(own)).toEqual(['hvbench']);
    expect(readdirSync(here)).toEqual([]);
    expect(readdirSync('/var/tmp').filter((name) => !leftBefore.includes(name))).toEqual([]);
  } finally {
    rmSync(own, { recursive: true });
  }
}

test.skipIf(noUml || noNobody)('in a container and in User Mode Linux', () =>
  asNobody('container,uml', () => {}),
);

test.skipIf(noQemu || noGuests || noNobody)('QEMU needs no privileges for it', () => {
  // Kernels that were fetched are in the cache of whoever runs the tests.
  const fetched = join(cacheFolder(), 'kernels');
  return asNobody('qemu-tcg', (cache) => {
    if (existsSync(fetched)) cpSync(fetched, join(cache, 'kernels'), { recursive: true });
  });
});
