/** `git bisect run` with the script of docs/ab.md, verbatim: it finds the commit that made a hypervisor slower. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { type Commit, canBuild, git, toyRepository } from '../toy-qemu.ts';
import { MAIN, ROOT, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

const COMMITS: readonly Commit[] = [
  { message: 'Start QEMU', adds: '' },
  { message: 'Name the machine', adds: '-name toy' },
  { message: 'Break the build', adds: null },
  { message: 'Mend the build', adds: '-name toy' },
  { message: 'Chain no blocks', adds: '-name toy -d nochain' },
  { message: 'Ask for no name', adds: '-d nochain' },
];
const BROKEN = 2;
const CULPRIT = 4;

const cannot = requireOrSkip('qemu', qemuIsUsable) || requireOrSkip('make', canBuild);

test.skipIf(cannot)('finds the first bad commit', { timeout: 170_000 }, () => {
  const page = readFileSync(join(ROOT, 'docs/ab.md'), 'utf8');
  const [, script = ''] = /^```sh\n(#!\/bin\/sh\n[\s\S]*?hvbench ab --bisect[\s\S]*?)^```$/m.exec(page) ?? [];
  writeFileSync(join(folder, 'bisect.sh'), script, { mode: 0o755 });
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const command = `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`;
  writeFileSync(join(programs, 'hvbench'), command, { mode: 0o755 });

  const source = join(folder, 'source');
  const commits = toyRepository(source, COMMITS);
  mkdirSync(join(source, 'build'));
  execFileSync('../configure', { cwd: join(source, 'build') });
  git(source, 'bisect', 'start', commits.at(-1) ?? '', commits[0] ?? '');
  const said = execFileSync('git', ['bisect', 'run', '../bisect.sh'], {
    ...{ cwd: source, encoding: 'utf8', timeout: 160_000, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, GOOD: qemu, PATH: `${programs}${delimiter}${process.env.PATH}` },
  });
  expect(said).toContain(`${commits[CULPRIT]} is the first bad commit`);
  // What does not build is neither good nor bad.
  expect(git(source, 'bisect', 'log')).toContain(`git bisect skip ${commits[BROKEN]}`);
});
