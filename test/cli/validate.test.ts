/** `hvbench validate`: what it refuses before it measures anything, and the least real validation. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { hvbench, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const validate = (...args: string[]) => hvbench(['validate', ...args], { cwd: folder });

test.each([
  ['no marks', '# Page\n'],
  ['the end before the beginning', '<!-- validation:end -->\n<!-- validation:begin -->\n'],
  ['no end', '<!-- validation:begin -->\n'],
])('a page with %s is refused before anything is measured', async (_, text) => {
  writeFileSync(join(folder, 'page.md'), text);
  const { code, stdout, stderr } = await validate('--quick', '--write', 'page.md', '--out', 'pool');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain('page.md has no <!-- validation:begin --> with <!-- validation:end --> after it');
  expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe(text);
  expect(existsSync(join(folder, 'pool'))).toBe(false);
});

test('a page that does not exist is refused in one line', async () => {
  const { code, stderr } = await validate('--quick', '--write', 'none.md', '--out', 'pool');
  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain('none.md');
  expect(existsSync(join(folder, 'pool'))).toBe(false);
});

test('a workload that does not exist is refused in one line', async () => {
  const { code, stdout, stderr } = await validate('--quick', '--workload', 'nothing', '--out', 'pool-2');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('nothing');
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a small validation is measured once, written into a page, and gone on with', {
  timeout: 200_000,
}, async () => {
  writeFileSync(
    join(folder, 'page.md'),
    '# Page\n<!-- validation:begin -->\nold\n<!-- validation:end -->\nrest\n',
  );
  const args = ['validate', '--quick', '--workload', 'integer', '--hypervisor', kvmIsUsable ? 'kvm' : 'v86'];
  const command = start([...args, '--out', 'whole', '--write', 'page.md'], { cwd: folder });
  const first = await command.ended;
  expect(first.code, first.stderr).toBe(0);
  expect(command.remains()).toEqual([]);
  expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe(
    `# Page\n<!-- validation:begin -->\n${first.stdout}<!-- validation:end -->\nrest\n`,
  );
  expect(readFileSync(join(folder, 'whole/validation.md'), 'utf8')).toBe(first.stdout);
  const { pool } = JSON.parse(readFileSync(join(folder, 'whole/validation.json'), 'utf8')) as {
    pool: { title: string; launches: number }[];
  };
  const quotas = /left out: a CPU quota/.test(first.stderr) ? 0 : 1;
  expect(pool).toHaveLength(8 + quotas);
  for (const { launches } of atLeastOne(pool)) expect(launches % 5).toBe(0);
  const runs = readdirSync(join(folder, 'whole')).filter((name) =>
    existsSync(join(folder, 'whole', name, 'seconds.json')),
  );
  expect(runs).toHaveLength(10 + quotas);
  // All that could be measured is there: the same command only counts again, and finds the same.
  const again = await hvbench([...args, '--out', 'whole'], { cwd: folder });
  expect(again.code).toBe(0);
  expect(again.stderr).not.toMatch(/^\d+ of \d+: (?!a CPU quota)/m);
  expect(again.stdout).toBe(first.stdout);
  // By its former name, in the folder that was its default then, and on a page with the marks of then.
  cpSync(join(folder, 'whole'), join(folder, 'results/prove'), { recursive: true });
  writeFileSync(join(folder, 'old.md'), '<!-- prove:begin -->\nold\n<!-- prove:end -->\n');
  const former = await hvbench(['prove', ...args.slice(1), '--write', 'old.md'], { cwd: folder });
  expect(former).toMatchObject({ code: 0, stdout: first.stdout });
  expect(readFileSync(join(folder, 'old.md'), 'utf8')).toBe(
    `<!-- prove:begin -->\n${first.stdout}<!-- prove:end -->\n`,
  );
});

describe('of A/Bs', () => {
  const guest = kvmIsUsable ? 'kvm' : 'v86';
  const args = ['--ab', '--quick', '--workload', 'integer,sha256', '--hypervisor', guest];

  test('a small one is measured once, written into a page, and gone on with', {
    timeout: 120_000,
  }, async () => {
    const page = ['<!-- validation:begin -->', 'gates', '<!-- validation:end -->', ''].join('\n');
    const marks = ['<!-- validation-ab:begin -->', 'old', '<!-- validation-ab:end -->', ''];
    writeFileSync(join(folder, 'ab.md'), [page, ...marks].join('\n'));
    const command = start(['validate', ...args, '--runs', '2', '--out', 'ab', '--write', 'ab.md'], {
      cwd: folder,
    });
    const first = await command.ended;
    expect(first.code, first.stderr).toBe(0);
    expect(command.remains()).toEqual([]);
    expect(first.stderr).toMatch(/^3 A\/Bs of 5 s take up to 1 min/m);
    expect(first.stdout).toContain('**Real A/As**: 2 runs of `hvbench ab --budget 5`');
    expect(readFileSync(join(folder, 'ab.md'), 'utf8')).toBe(
      [page, marks[0], `${first.stdout}${marks[2]}`, ''].join('\n'),
    );
    const { runs, rates, spread } = JSON.parse(readFileSync(join(folder, 'ab/validation-ab.json'), 'utf8'));
    expect(runs).toMatchObject([
      { hypervisor: guest, slowdown: 0, runs: 2 },
      { hypervisor: guest, slowdown: 0.05, runs: 1 },
    ]);
    expect(rates).toMatchObject([{ hypervisor: guest, suite: 'cpu', alarms: { trials: 20 } }]);
    expect(spread).toHaveLength(2);
    const again = await hvbench(['validate', ...args, '--runs', '2', '--out', 'ab'], { cwd: folder });
    expect(again).toMatchObject({ code: 0, stdout: first.stdout });
    expect(again.stderr).not.toMatch(/^\d+ of \d+: /m);
  });

  test.each<[string, string[], RegExp]>([
    ['runs of gates', ['--runs', '2'], /--runs and --budget are for validate --ab: add --ab$/m],
    [
      'a page without their marks',
      ['--ab', '--write', 'gates.md'],
      /gates\.md has no <!-- validation-ab:begin -->/,
    ],
    ['no such workload', ['--ab', '--workload', 'nothing'], /unknown workload 'nothing': see hvbench list$/m],
    [
      'no such hypervisor',
      ['--ab', '--hypervisor', 'nothing'],
      /nothing cannot run here: see hvbench doctor$/m,
    ],
  ])('refuse %s in one line', async (_, flags, message) => {
    writeFileSync(join(folder, 'gates.md'), '<!-- validation:begin -->\n<!-- validation:end -->\n');
    const { code, stdout, stderr } = await validate(...flags, '--out', 'refused');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});

test('help names it by its name alone', async () => {
  const { stdout } = await hvbench(['--help'], { cwd: folder });
  expect(stdout).toMatch(/^ {2}validate /m);
  expect(stdout).not.toContain('prove');
});

test('interrupted while it judges, it ends at once and writes nothing', { timeout: 60_000 }, async () => {
  const guest = kvmIsUsable ? 'kvm' : 'v86';
  // The runs are those of the test above: only judging is left.
  const args = ['validate', '--quick', '--workload', 'integer', '--hypervisor', guest, '--out', 'whole'];
  const command = start(args, { cwd: folder });
  await until('judging', () => command.progress().includes('judging: '));
  command.child.kill('SIGINT');
  const { code, stdout } = await command.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(command.remains()).toEqual([]);
});
