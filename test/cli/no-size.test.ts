/** A terminal that nobody told its size says that it has 0 columns: as a container's, or a serial line's, may. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireOrSkip } from '../require.ts';
import { hvbench, MAIN, ROOT, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const hasScript = spawnSync('script', ['--version']).status === 0;

beforeAll(async () => {
  for (const name of ['a', 'b']) {
    mkdirSync(join(folder, name));
    cpSync(join(ROOT, 'test/fixtures/report/result.json'), join(folder, name, 'result.json'));
  }
  // The stored result has rows that failed: a finding.
  const { code, stderr } = await hvbench(['gate', '--update', '--baseline', 'baseline.json', 'a'], {
    cwd: folder,
  });
  expect(code, stderr).toBe(1);
});

/** The lines that the command writes to such a terminal, without colours and without that which lists all files. */
function linesOf(args: string): string[] {
  const { status, stdout } = spawnSync(
    'script',
    ['-qec', `stty cols 0 rows 0; ${process.execPath} ${MAIN} ${args}`, '/dev/null'],
    { cwd: folder, timeout: 120_000, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(status, stdout).toBe(0);
  return stripVTControlCharacters(stdout)
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('Written to'));
}

describe.skipIf(requireOrSkip('script', hasScript))('in a terminal without a size', () => {
  test.each([
    ...['--help', 'run --help', 'exec --help', 'history show --help', 'guest --help'],
    ...['report a', 'compare a b', 'gate --baseline baseline.json b'],
    ...['history add --dir h a', 'history show --dir h'],
  ])('%s has lines of at most 120 columns, each a real one', (args) => {
    const lines = linesOf(args);
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    // A width of nothing would put each word on a line of its own.
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(30);
  });

  test.each(['doctor', 'list', 'guest'])('%s does what it does elsewhere', (args) => {
    expect(Math.max(...linesOf(args).map((line) => line.length))).toBeGreaterThan(30);
  });
});
