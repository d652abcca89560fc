/** What the pages say of code is what the code says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../../core/index.ts';
import * as stats from '../../core/stats/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');

describe('docs/adding.md', () => {
  const blocks = [...read('docs/adding.md').matchAll(/^```(?:ts|c)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)];

  it('shows a part of each kind', () => {
    expect(blocks.map(([, file]) => file)).toEqual(
      ['bench.config.ts', 'index.ts', 'nice.ts', 'numbers.ts', 'collatz.c', 'spawn.ts', 'lines.ts'].map(
        (file) => `test/plugins/toy/${file}`,
      ),
    );
  });

  it.each(blocks.map(([, file = '', text = '']) => [file, text]))('shows %s as it is', (file, text) => {
    expect(read(file)).toContain(text);
  });
});

describe('docs/library.md', () => {
  const page = read('docs/library.md');
  const words = new Set([...page.matchAll(/`([A-Za-z]+)(?:[(.][^`]*)?`/g)].map(([, word]) => word));
  const types = [...read('core/library/types.ts').matchAll(/\b(?:as )?([A-Z]\w+)(?=,|\s*\})/g)];

  it('names every value that there is to import', () => {
    expect(Object.keys(library).filter((name) => !words.has(name))).toEqual([]);
  });

  it('names only types that there are, of those for plugins', () => {
    const table = page.slice(page.indexOf('| for | types and values |'), page.indexOf('`hvbench/stats` has'));
    const named = [...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(30);
    const known = new Set<string | undefined>([...types.map(([, name]) => name), ...Object.keys(library)]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('names only statistics that there are', () => {
    const [line = ''] = /^`hvbench\/stats` has.*$/m.exec(page) ?? [];
    const named = [...line.matchAll(/`([a-z]\w+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !Object.hasOwn(stats, name ?? ''))).toEqual([]);
  });
});
