/** `hvbench site`, driven on synthetic results in folders and files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { smallResult } from '../core/judge/compare/example.ts';
import { hvbench, ROOT, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const first = smallResult();
const second: Result = { ...first, startedAt: '2026-06-01T00:00:00Z' };
const restricted: Result = {
  ...first,
  startedAt: '2026-07-01T00:00:00Z',
  host: {
    ...first.host,
    outerHypervisor: { hypervisor: 'VMware', evidence: ['lscpu: hypervisor vendor VMware'] },
  },
};

function save(name: string, result: Result): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'result.json'), JSON.stringify(result));
}

beforeAll(() => {
  save('runs/first', first);
  save('runs/deep/er/second', second);
  save('restricted', restricted);
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken/result.json'), JSON.stringify(first).slice(0, 1000));
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/thesis.txt'), 'years of work');
});

const site = (...args: string[]) => hvbench(['site', ...args], { cwd: folder });
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

test('a folder of runs becomes a site, and the next build makes only what is new', async () => {
  expect(await site('runs', '--out', 'a')).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: 'Site of 2 results (2 new): open a/index.html\n',
  });
  expect(read('a/index.html')).toMatch(/2 results of <code>hvbench<\/code> on 1 kind of computer/);
  save('third', { ...first, startedAt: '2026-08-01T00:00:00Z' });
  const { stdout } = await site('runs', 'third/result.json', '--out', 'a', '--json');
  expect(JSON.parse(stdout)).toEqual({ out: 'a', results: 3, made: 1, removed: 0, left: [] });
  expect((await site('third', '--out', 'a')).stdout).toBe(
    'Site of 1 result (0 new, 2 removed): open a/index.html\n',
  );
});

test('a copy of a result is what hvbench compare takes', async () => {
  await site('runs', '--out', 'copies');
  const ids = [...read('copies/index.html').matchAll(/result\/([0-9a-f]{16})\.html/g)].map(([, id]) => id);
  const [a, b] = [...new Set(ids)].map((id) => `copies/result/${id}.json`);
  const { code, stdout } = await hvbench(['compare', a ?? '', b ?? ''], { cwd: folder });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 worse, 0 better/) });
});

test('what cannot be read is named and left out: a finding', async () => {
  const { code, stdout, stderr } = await site('runs', 'broken', '--out', 'b');
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Site of 2 results (2 new): open b/index.html\n' });
  expect(stderr).toMatch(/^not in the site: cannot read broken\/result\.json: [^\n]+\n$/);
});

test('what a licence restricts needs approval, each time anew, and the page says so', async () => {
  const refused = await site('runs', 'restricted', '--out', 'c');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^not in the site: restricted\/result\.json: VMware’s terms .* --approved /);
  const approved = await site('runs', 'restricted', '--out', 'c', '--approved');
  expect(approved).toMatchObject({ code: 0, stderr: '' });
  const [, id] = /result\/([0-9a-f]{16})\.html/.exec(read('c/index.html')) ?? [];
  expect(read(`c/result/${id}.html`)).toContain('Before you publish this: VMware’s terms');
  expect(await site('runs', 'restricted', '--out', 'c')).toMatchObject({ code: 1 });
  expect(read('c/index.html')).not.toContain(id);
});

test('a site within what is read is not read', async () => {
  expect((await site('runs', '--out', 'runs/site')).code).toBe(0);
  expect((await site('runs', '--out', 'runs/site')).stdout).toBe(
    'Site of 2 results (0 new): open runs/site/index.html\n',
  );
});

describe('one line says what is wrong', () => {
  const cases: [args: string, named: RegExp][] = [
    ['runs', /required option '--out <site>' not specified/],
    ['--out x', /missing required argument 'paths'/],
    ['nowhere --out x', /cannot read nowhere: no such folder or file/],
    ['empty --out x', /no result\.json in empty: name folders that hvbench run wrote/],
    ['broken --out x', /nothing to make a site of: .*broken\/result\.json/],
    ['restricted --out x', /nothing to make a site of: .*--approved/],
    ['runs --out mine', /mine holds files that are no site of hvbench: choose another --out/],
    [
      'runs --out restricted/result.json',
      /cannot write restricted\/result\.json: ENOTDIR; choose another --out/,
    ],
  ];
  test.each(cases)('%s', async (args, named) => {
    const { code, stdout, stderr } = await site(...args.split(' '));
    expect(stderr).toMatch(/^hvbench: [^\n]+\n$/);
    expect(stderr).toMatch(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test('the commands of the example workflow are those of hvbench', async () => {
  const workflow = readFileSync(join(ROOT, 'docs/examples/site-workflow.yml'), 'utf8');
  const commands = [...workflow.matchAll(/^ +(?:- )?run: npx hvbench (.+)$/gm)].map(
    ([, words = '']) => words,
  );
  const making = commands.filter((words) => words.startsWith('site '));
  expect(commands.map((words) => words.split(' ')[0])).toEqual(['run', 'site']);
  for (const words of atLeastOne(making)) {
    save('results/machine-a/run', first);
    save('results/machine-b/run', second);
    expect(await hvbench(words.split(' '), { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
    expect(read('site/index.html')).toContain('2 results');
  }
  // What measures takes minutes: here its options alone are tried, on a name that there is not.
  const [measuring = ''] = commands;
  const { code, stderr } = await hvbench([...measuring.split(' '), '--hypervisor', 'nope'], { cwd: folder });
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/unknown hypervisor 'nope'/),
  });
});
