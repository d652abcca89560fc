import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { entriesOf, essentialPackages } from '../../../core/guest/base-system.ts';
import { cpio } from '../../../core/guest/cpio.ts';

const root = mkdtempSync(join(tmpdir(), 'hvbench-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string, mode = 0o755): string {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
  chmodSync(join(root, path), mode);
  return path;
}

const line = (
  name: string,
  rest: { essential?: boolean; status?: string; provides?: string; depends?: string },
) =>
  [
    ...[name, '1.0', rest.essential ? 'yes' : 'no', rest.status ?? 'installed'],
    ...[rest.provides ?? '', '', rest.depends ?? ''],
  ].join('\t');

describe('the packages of a base system', () => {
  it('are the essential ones and all that these depend on', () => {
    const listing = [
      line('bash', { essential: true, depends: 'base-files (>= 2.1.12), libtinfo6:any | libtinfo7' }),
      line('base-files', { essential: true, depends: 'awk' }),
      line('mawk', { provides: 'awk (= 1.0)', depends: 'libc6' }),
      line('libtinfo7:amd64', { depends: 'libc6 (>= 2.36)' }),
      line('libc6:amd64', { depends: 'libgcc-s1' }),
      line('libgcc-s1:amd64', { depends: 'libc6' }),
      line('nobody-needs-me', {}),
      line('gone', { essential: true, status: 'config-files' }),
      '',
    ].join('\n');
    expect(essentialPackages(listing)).toEqual(
      ['base-files', 'bash', 'libc6:amd64', 'libgcc-s1:amd64', 'libtinfo7:amd64', 'mawk'].map(
        (n) => `${n}=1.0`,
      ),
    );
  });

  it('are none where nothing can be read', () => {
    expect(essentialPackages('')).toEqual([]);
    expect(essentialPackages('what is this\n')).toEqual([]);
  });
});

describe('the files of a base system', () => {
  const entries = async (paths: readonly string[], most = 1 << 20) =>
    (await entriesOf(paths, most, root)).map(({ path, mode }) => `${path} ${mode.toString(8)}`);

  it('have their folders before them, and stand at their real place', async () => {
    put('/usr/bin/tool', 'x');
    symlinkSync('usr/bin', join(root, 'bin'));
    symlinkSync('tool', join(root, 'usr/bin/alias'));
    expect(await entries(['/bin', '/bin/tool', '/usr', '/usr/bin/tool', '/usr/bin/alias', '/gone'])).toEqual([
      'bin 120777',
      'usr 40755',
      'usr/bin 40755',
      'usr/bin/alias 120777',
      'usr/bin/tool 100755',
    ]);
  });

  it('are only regular ones that everybody may read, without special rights, and no configuration or state', async () => {
    put('/usr/bin/su', 's', 0o4755);
    put('/usr/lib/secret', 's', 0o640);
    put('/etc/shadow', 's', 0o644);
    put('/var/lib/state', 's', 0o644);
    put('/usr/share/doc/tool/README', 'read me', 0o644);
    execFileSync('mkfifo', [join(root, 'usr/lib/pipe')]);
    symlinkSync('/etc', join(root, 'usr/lib/config'));
    const wanted = ['/usr/bin/su', '/usr/lib/secret', '/etc/shadow', '/var/lib/state', '/usr/lib/pipe'];
    const more = [
      '/usr/share/doc/tool/README',
      '/usr/../etc/shadow',
      '/usr/lib/config/shadow',
      'diverted by x',
    ];
    expect(await entries([...wanted, ...more])).toEqual(['usr 40755', 'usr/bin 40755', 'usr/bin/su 100755']);
  });

  it('are bounded, and make an archive', async () => {
    put('/usr/lib/a', 'a'.repeat(600));
    put('/usr/lib/b', 'b'.repeat(600));
    put('/usr/lib/c', 'c'.repeat(300));
    const found = await entriesOf(['/usr/lib/c', '/usr/lib/b', '/usr/lib/a'], 1000, root);
    expect(found.map(({ path }) => path)).toEqual(['usr', 'usr/lib', 'usr/lib/a', 'usr/lib/c']);
    expect(cpio(found).toString('latin1')).toMatch(/^070701.*usr\/lib\/c/s);
  });
});
