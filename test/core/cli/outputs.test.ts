import { describe, expect, it } from 'vitest';
import { exportTo, outputsIn, outputsOf, redirected } from '../../../core/cli/outputs.ts';

const KNOWN = ['terminal', 'csv', 'json'];
const parse = (...texts: string[]) =>
  texts.reduce<ReturnType<ReturnType<typeof outputsIn>>>(
    (earlier, text) => outputsIn(KNOWN)(text, earlier),
    [],
  );
const to = (format: string, file: string | null, option = '--format') => ({ format, file, option });

describe('outputsIn', () => {
  it('takes names, separated by commas or repeated, and files', () => {
    expect(parse('csv, json', 'terminal')).toEqual([to('csv', null), to('json', null), to('terminal', null)]);
    expect(parse('csv=a,b=c.csv', 'json')).toEqual([to('csv', 'a,b=c.csv'), to('json', null)]);
  });

  it('takes - for standard output, as other programs do', () => {
    expect(parse('csv=-')).toEqual([to('csv', null)]);
    expect(exportTo('json', '--export-json')('-')).toEqual([to('json', null, '--export-json')]);
  });

  it.each([
    ['pdf', /Unknown format 'pdf': use one of terminal, csv, json/],
    ['csv,pdf', /'pdf'/],
    ['', /Unknown format ''/],
    ['csv=', /No file/],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('outputsOf', () => {
  const summary = (...args: Parameters<typeof outputsOf>) =>
    outputsOf(...args).map(({ format, file }) => (file === null ? format : `${format} in ${file}`));

  it('shows what is usual unless something is asked for', () => {
    expect(summary({}, 'terminal')).toEqual(['terminal']);
    expect(summary({ format: parse('csv=x') }, 'terminal')).toEqual(['terminal', 'csv in x']);
    expect(summary({ format: parse('csv', 'csv=x') }, 'terminal')).toEqual(['csv', 'csv in x']);
  });

  it('shows JSON alone where that is asked for, once', () => {
    expect(summary({ json: true, format: parse('csv=x') }, 'terminal')).toEqual(['json', 'csv in x']);
    expect(summary({ json: true, format: parse('json') }, 'terminal')).toEqual(['json']);
  });

  it('takes what former options named', () => {
    const former = {
      report: outputsIn(KNOWN, '--report')('csv=a'),
      exportJson: exportTo('json', '--export-json')('b'),
      exportCsv: exportTo('csv', '--export-csv')('c'),
      exportMarkdown: exportTo('markdown', '--export-markdown')('d'),
    };
    expect(outputsOf(former, 'terminal').slice(1)).toEqual([
      to('csv', 'a', '--report'),
      to('json', 'b', '--export-json'),
      to('csv', 'c', '--export-csv'),
      to('markdown', 'd', '--export-markdown'),
    ]);
  });
});

it('--out of former times gets the format that was named last', () => {
  expect(redirected(outputsOf({}, 'terminal'), 'x')).toEqual(to('terminal', 'x', '--out'));
  expect(redirected(outputsOf({ format: parse('csv', 'json') }, 'terminal'), 'x').format).toBe('json');
});
