import { expect, it } from 'vitest';
import { exitsBeside } from '../../../core/judge/exits/beside.ts';
import { type ExitsReport, exitsFormats } from '../../../reports/exits/index.ts';
import { EXITS_FORMAT_NAMES } from '../../../reports/names.ts';
import { changed, stored } from '../../core/judge/exits/example.ts';

function report(results = [stored('nested'), stored('shadow')]): ExitsReport {
  return {
    results: results.map(({ startedAt }, index) => ({ path: `folder-${index}`, startedAt })),
    ...exitsBeside(results),
  };
}

function render(name: string, of = report()): string {
  const format = exitsFormats.find((one) => one.name === name);
  if (!format) throw new Error(`there is no ${name}`);
  return format.render(of, { colour: false, width: 200 });
}

it('has the formats that --help names', () => {
  expect(exitsFormats.map(({ name }) => name)).toEqual([...EXITS_FORMAT_NAMES]);
});

it('lays both generations beside 2006', () => {
  const text = render('markdown');
  expect(text).toContain('with shadow paging, as first-generation AMD-V needed it');
  expect(text).toMatch(/kvm, AMD-V with nested paging, on an emulated CPU/);
  expect(text).toContain('| pgfault | 0 | 1 page-fault 1 | 1,093 | 3,927 | 11,242 |');
  expect(text).toContain('| ptemod | 0 | 0 | 1 | 391 | 12,733 |');
  expect(text).toContain('| remap | 0 | 2 page-fault 1, other 1 | – | – | – |');
  expect(text).toContain('| first-touch | 1,000 page-fault 1,000 | 1,000 page-fault 1,000 |');
});

it('lays a program of 2006 beside the workload that does the same', () => {
  const forks = changed(stored('shadow'), {
    measurement: (one) => ({ ...one, suite: 'system', workload: 'forkwait' }),
  });
  const text = render('markdown', report([forks]));
  expect(text).toContain('2006: the time of 40,000 iterations, Adams');
  expect(text).toMatch(/\| forkwait \| .* \| 6\.0 s \(1\) \| 36\.9 s \(1\) \| 106\.4 s \(1\) \|/);
  expect(text).toContain('quoted from memory, not checked');
});

it('shows asynchronous exits of an emulated CPU only where an operation is one', () => {
  const lines = render('markdown').split('\n');
  const asynchronous = lines.filter((line) => line.includes('asynchronous: '));
  expect(asynchronous.map((line) => line.split(' ')[1])).toEqual(['hlt']);
  const measured = render('markdown', report([stored('measured')]));
  expect(measured).toMatch(/\| integer \| 0; asynchronous: interrupt/);
});

it('says of what it does not lay side by side why', () => {
  const other = changed(stored('shadow'), { operation: (one) => ({ ...one, digest: 'e'.repeat(64) }) });
  const text = render('terminal', report([stored('nested'), other]));
  expect(text).toMatch(/│ pgfault +│ +0 │ +– \(1\) │/);
  expect(text).toContain('(1) other machine code than in A');
});

it('says where a hypervisor counts some reasons only', () => {
  const partly = changed(stored('shadow'), {
    operation: (one) => ({ ...one, exitsPerOperation: { 'page-fault': 1 } }),
  });
  expect(render('markdown', report([partly]))).toContain('this hypervisor counts exits of some reasons only');
});

it('gives programs all digits', () => {
  const [head = '', ...lines] = render('csv').split('\n');
  expect(head).toMatch(/^suite,kind,name,isa,digest,result,.*exits_each,.*page_fault_each,/);
  const remap = lines.filter((line) => line.startsWith('privileged,operation,remap,'));
  expect(remap).toHaveLength(2);
  const json = JSON.parse(render('json')) as { schema: string; rows: { name: string }[] };
  expect([json.schema, json.rows.length]).toEqual(['hvbench/exits@1', report().rows.length]);
});
