/** `hvbench exits`, `hvbench predict` and `--exits`, on what was cut from real results: test/fixtures/exits. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hvbench, ROOT, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const of = (name: string) => join(ROOT, 'test/fixtures/exits', name);
const [nested, shadow, measured] = [of('nested'), of('shadow'), of('measured')];
const run = (...args: string[]) => hvbench(args, { cwd: folder });

test('exits lays generations side by side, in each format', async () => {
  const { code, stdout, stderr } = await run('exits', nested, shadow);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain("What today's KVM leaves the guest for with shadow paging");
  expect(stdout).toMatch(/│ remap +│ +0 │ +2 +page-fault 1, other 1 │/);
  const markdown = await run('exits', nested, shadow, '--suite', 'memory', '--format', 'markdown=exits.md');
  expect(markdown).toMatchObject({ code: 0, stderr: '' });
  const text = readFileSync(join(folder, 'exits.md'), 'utf8');
  expect([text.includes('first-touch'), text.includes('pgfault')]).toEqual([true, false]);
  const { stdout: json } = await run('exits', nested, shadow, '--json');
  const { columns } = JSON.parse(json) as { columns: { paging: string }[] };
  expect(columns.map(({ paging }) => paging)).toEqual(['nested-paging', 'shadow-paging']);
});

test('exits refuses in a line what it cannot show', async () => {
  const unknown = await run('exits', nested, '--suite', 'nothing');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    'hvbench: there is no suite nothing; hvbench list names them\n',
  ]);
  const empty = await run('exits', nested, '--suite', 'boot');
  expect([empty.code, empty.stderr]).toEqual([
    2,
    expect.stringMatching(/^hvbench: no exits were counted of boot /),
  ]);
  expect((await run('exits', 'gone')).code).toBe(2);
});

test('predict says what exits would cost, and how far off it is', async () => {
  const { code, stdout, stderr } = await run(
    'predict',
    measured,
    '--exits',
    shadow,
    '--cpu',
    'prescott,nehalem',
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Predicted, not measured: /);
  expect(stdout).toMatch(/│ memory\/first-touch \(x86_64\) │ +\+54\.2 % │ +\+17\.9 % │ +\+115\.8 % │/);
  expect(stdout).toMatch(/│ memory\/first-touch \(x86_64\) +│ +\+115\.8 % │ +\+134\.8 % .* +-19\.\d+ % │/);
  const own = await run(
    'predict',
    measured,
    '--exits',
    shadow,
    '--costs',
    measured,
    '--clock',
    'host',
    '--json',
  );
  const { cpus, rows } = JSON.parse(own.stdout) as { cpus: { id: string }[]; rows: { workload: string }[] };
  expect(cpus.map(({ id }) => id)).toContain(`kvm, ${measured}`);
  expect(rows.map(({ workload }) => workload)).toEqual(['integer', 'random-update', 'first-touch']);
});

test('predict refuses in a line what it cannot predict from', async () => {
  const refusals = [
    [['predict', shadow], /emulated CPU, whose times mean nothing/],
    [
      ['predict', measured, '--exits', shadow, '--cpu', 'z80'],
      /no costs are known of a CPU z80: use one of prescott/,
    ],
    [['predict', measured, '--exits', shadow, '--costs', shadow], /does not say what an exit costs/],
    [['predict', measured, '--exits', shadow, '--hypervisor', 'uml'], /not uml counted all its exits/],
  ] as const;
  for (const [args, message] of refusals) {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(message);
  }
});

test('what is predicted stands below a claim that cannot be tested, and is no verdict', async () => {
  cpSync(measured, join(folder, 'here'), { recursive: true });
  const report = await run('report', 'here', '--exits', shadow, '--format', 'markdown,html');
  expect(report).toMatchObject({ code: 0, stderr: '' });
  expect(report.stdout).toContain('Predicted for first-generation hardware, and no verdict');
  for (const file of ['summary.md', 'report.html'])
    expect(readFileSync(join(folder, 'here', file), 'utf8')).toContain(
      'Predicted for first-generation hardware',
    );
  writeFileSync(join(folder, 'exits.json'), JSON.stringify({ exits: shadow }));
  const { stdout } = await run('claims', 'here', '--config', 'exits.json', '--json');
  const claims = JSON.parse(stdout) as { id: string; verdict: string; predicted?: unknown[] }[];
  expect(claims.filter(({ predicted }) => predicted).map(({ id, verdict }) => [id, verdict])).toEqual([
    ['hardware-assist-negligible', 'not-testable'],
  ]);
});

test('what cannot predict is refused, before anything is measured for it', async () => {
  const { code, stderr } = await run('claims', measured, '--exits', nested);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/had nested paging, which first-generation hardware lacks/),
  ]);
  expect((await run('claims', '--exits', shadow)).code).toBe(2);
  writeFileSync(join(folder, 'none.json'), JSON.stringify({ exits: 'no-such-folder', out: 'measured' }));
  const early = await run('run', '--suite', 'cpu', '--config', 'none.json');
  expect([early.code, early.stderr]).toEqual([
    2,
    expect.stringMatching(/^hvbench: cannot read no-such-folder: /),
  ]);
  expect(existsSync(join(folder, 'measured'))).toBe(false);
});
