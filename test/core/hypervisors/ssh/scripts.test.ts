import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ARCHITECTURE,
  describeScript,
  LAST_CPU,
  readDescription,
  startScript,
} from '../../../../core/hypervisors/ssh/scripts.ts';
import { fakeRoot } from '../../host/fake-root.ts';

/** As sshd starts a command: by the login shell of the user. */
const run = (shell: string, script: string, input: string | Buffer = '', env: NodeJS.ProcessEnv = {}) =>
  execFileSync(shell, ['-c', script], { input, env: { ...process.env, ...env }, stdio: 'pipe' }).toString();

const SHELLS = ['/bin/sh', '/bin/bash'].filter((shell) => existsSync(shell));
/** Stands for a program: tells what it was told, and where from. */
const PROGRAM =
  '#!/bin/sh\nif [ "$1" = check ]; then exit 0; fi\necho "$0 $*"; cat; rm -r "$(dirname "$0")"\n';

describe.each(SHELLS)('for the login shell %s', (shell) => {
  it('a computer describes itself', () => {
    const files = readDescription(run(shell, describeScript('f00d')), 'f00d');
    expect(files.get(ARCHITECTURE)).toBe(run(shell, 'uname -m').trim());
    expect(files.get(LAST_CPU)).toMatch(/^\d+$/);
    expect(files.get('/proc/sys/kernel/osrelease')).toBe(run(shell, 'uname -r').trim());
    expect(files.get('/proc/cpuinfo')).toMatch(/^processor/);
  });

  it('a program is copied, becomes what runs, and gets what comes behind it', async () => {
    const folder = await fakeRoot({});
    const printed = run(shell, startScript(PROGRAM.length, 'run 1 2'), `${PROGRAM}more`, { TMPDIR: folder });
    expect(printed).toMatch(/^\S*\/\.hvbench-\d+\/m run 1 2\nmore$/);
    expect(printed.startsWith(`${folder}/`)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('what a broken copy left goes, and what is being copied stays', async () => {
    const folder = await fakeRoot({
      [`.hvbench-${2 ** 22 + 1}/m`]: 'half',
      [`.hvbench-${process.pid}/m`]: 'half',
    });
    run(shell, startScript(PROGRAM.length, 'look'), PROGRAM, { TMPDIR: folder });
    expect(readdirSync(folder)).toEqual([`.hvbench-${process.pid}`]);
  });

  it('a copy that ends too early is told, and leaves nothing', async () => {
    const folder = await fakeRoot({});
    expect(() => run(shell, startScript(1000, 'look'), PROGRAM, { TMPDIR: folder })).toThrow(/incomplete/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('another folder is taken where the first one executes nothing', async () => {
    const folder = await fakeRoot({});
    const elsewhere = join(folder, 'home');
    await mkdir(elsewhere);
    // It cannot be executed where its path has no home in it: as on a file system without permission to.
    const fussy = `#!/bin/sh\ncase "$0" in */home/*) ;; *) exit 126;; esac\n${PROGRAM.slice(10)}`;
    const printed = run(shell, startScript(fussy.length, 'look'), fussy, {
      ...{ TMPDIR: folder, HOME: elsewhere },
    });
    expect(printed).toMatch(/\/home\/\.hvbench-\d+\/m look\n$/);
    expect(readdirSync(folder)).toEqual(['home']);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('a program that runs nowhere is told, and leaves nothing', async () => {
    const folder = await fakeRoot({});
    const never = '#!/bin/sh\nexit 126\n';
    expect(() => run(shell, startScript(never.length, 'look'), never, { TMPDIR: folder, HOME: '' })).toThrow(
      /nothing that is copied there can be executed/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('scripts hold nothing that another shell would take for its own', () => {
  for (const script of [describeScript('f00d'), startScript(1, 'look')]) {
    expect(script).toMatch(/^sh -c '[^'!\\\n]*'$/);
  }
});

it('a file that pretends to be another is what the other computer says anyway, and a mark is none without its own', () => {
  const files = readDescription('\nf00d /a\none\n\nbeef /b\ntwo\n\nf00d /c\n', 'f00d');
  expect([...files]).toEqual([
    ['/a', 'one\n\nbeef /b\ntwo'],
    ['/c', ''],
  ]);
});
