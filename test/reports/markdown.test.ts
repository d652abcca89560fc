import { expect, test } from 'vitest';
import { markdownText, renderMarkdown } from '../../reports/markdown.ts';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fixtureResult, HOSTILE } from './fixture.ts';

test('tables, verdicts, host, method and the command to repeat it, in this order', () => {
  const text = renderMarkdown(fixtureResult({ hostile: false }), suites);
  const order = [
    '### Overhead against native (x86\\_64)',
    '| **cpu geometric mean** |',
    '| sieve | 51.',
    '**kvm gives no clear answer on cpu',
    '## Failed',
    '## Host',
    '## Method',
    '```sh\nhvbench run --profile standard --seed 42\n```',
  ].map((part) => text.indexOf(part));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThan(0);
});

test('every row of a table has as many cells as its head, whatever the names are', () => {
  const tables = renderMarkdown(fixtureResult(), suites)
    .split('\n\n')
    .filter((block) => block.startsWith('| '));
  expect(tables).toHaveLength(5);
  for (const table of atLeastOne(tables)) {
    const cells = table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length);
    expect(new Set(cells).size).toBe(1);
  }
});

test('names stay text', () => {
  expect(markdownText(HOSTILE.markdown)).toBe('\\|a\\|\\`b\\` \\[x\\](javascript:alert(1)) &#64;all');
  expect(markdownText('<b>&https://x')).toBe('&lt;b&gt;&amp;https&#58;//x');
  expect(renderMarkdown(fixtureResult(), suites)).not.toMatch(/<(script|img)/);
});

test('it shows no picture, which would be broken in an issue, and names their files', () => {
  const text = renderMarkdown(fixtureResult({ hostile: false }), suites);
  expect(text).not.toContain('![');
  expect(text).toContain('Charts, in files beside this one: `overhead.png` and `distribution.png`.');
});
