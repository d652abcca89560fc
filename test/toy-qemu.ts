/** A git repository of a toy hypervisor, built as QEMU is: what its build makes starts this computer's QEMU, well or badly. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { qemu } from './qemu.ts';

/** Whether it can be made and built: the name `make` of requireOrSkip. */
export const canBuild = ['git', 'make'].every((name) => spawnSync(name, ['--version']).status === 0);

export interface Commit {
  readonly message: string;
  /** What it tells QEMU besides what it was told itself; null for one that does not build. */
  readonly adds: string | null;
}

/** As QEMU's, it makes a Makefile in the folder in which it is called. */
const CONFIGURE = `#!/bin/sh
cat > Makefile <<'END'
qemu-system-x86_64: ../wrapper.sh
	sh -n $<
	install -m 755 $< $@
END
`;

/** Makes it, commit by commit; gives their ids, in that order. */
export function toyRepository(folder: string, commits: readonly Commit[]): string[] {
  mkdirSync(folder);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  const configure = join(folder, 'configure');
  writeFileSync(configure, CONFIGURE);
  chmodSync(configure, 0o755);
  writeFileSync(join(folder, '.gitignore'), 'build\nresults\n');
  return commits.map(({ message, adds }) => {
    const line = adds === null ? 'if then' : `exec ${qemu} "$@" ${adds}`;
    // Two commits may do the same; each is another file all the same.
    writeFileSync(join(folder, 'wrapper.sh'), `#!/bin/sh\n# ${message}\n${line}\n`);
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', message);
    return git(folder, 'rev-parse', 'HEAD').trim();
  });
}

/** Without the configuration of whoever runs the tests. Throws what git complained of. */
export function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
}
