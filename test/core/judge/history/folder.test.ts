import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  appendHistory,
  historyClasses,
  historyPath,
  readHistory,
} from '../../../../core/judge/history/folder.ts';
import { refusal } from '../../../refusal.ts';
import { fakeRoot } from '../../host/fake-root.ts';
import { HOST_CLASS, historyEntry } from './example.ts';

const { id } = HOST_CLASS;
const [first, second, third] = [0, 1, 2].map((index) => historyEntry(index)) as [
  ReturnType<typeof historyEntry>,
  ReturnType<typeof historyEntry>,
  ReturnType<typeof historyEntry>,
];

describe('appendHistory', () => {
  test('begins a file, with its folders, and goes on with it', async () => {
    const dir = join(await fakeRoot({}), 'some/where');
    expect(appendHistory(dir, HOST_CLASS, [first])).toEqual([first]);
    const before = await readFile(historyPath(dir, id), 'utf8');
    expect(appendHistory(dir, HOST_CLASS, [second, third])).toEqual([second, third]);
    const after = await readFile(historyPath(dir, id), 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after.trimEnd().split('\n')).toHaveLength(4);
    expect(readHistory(dir, id)).toEqual({ hostClass: HOST_CLASS, entries: [first, second, third] });
    expect(historyClasses(dir)).toEqual([id]);
  });

  test('adds no result twice, in one go or in two', async () => {
    const dir = await fakeRoot({});
    expect(appendHistory(dir, HOST_CLASS, [first, first])).toEqual([first]);
    const before = await readFile(historyPath(dir, id), 'utf8');
    expect(appendHistory(dir, HOST_CLASS, [{ ...first, label: 'again' }])).toEqual([]);
    expect(await readFile(historyPath(dir, id), 'utf8')).toBe(before);
  });

  test.each([
    ['result', `{"type":"res`],
    ['character', Buffer.from('{"label":"ü').subarray(0, -1)],
  ])('drops half a %s at the end', async (_, half) => {
    const dir = await fakeRoot({});
    appendHistory(dir, HOST_CLASS, [first]);
    await appendFile(historyPath(dir, id), half);
    expect(readHistory(dir, id)?.entries).toEqual([first]);
    appendHistory(dir, HOST_CLASS, [second]);
    expect(readHistory(dir, id)?.entries).toEqual([first, second]);
  });

  test('begins anew where not even the header was whole', async () => {
    const dir = await fakeRoot({ [`${id}.ndjson`]: '{"type":"head' });
    appendHistory(dir, HOST_CLASS, [first]);
    expect(readHistory(dir, id)?.entries).toEqual([first]);
  });

  test('leaves a damaged file as it is', async () => {
    const dir = await fakeRoot({ [`${id}.ndjson`]: 'damage\n' });
    expect(refusal(() => appendHistory(dir, HOST_CLASS, [first]))).toMatch(
      /^cannot read the history .*0123456789ab\.ndjson: line 1 is not JSON; restore it, or move it away$/,
    );
    expect(await readFile(historyPath(dir, id), 'utf8')).toBe('damage\n');
  });

  test('says where it cannot write', async () => {
    const dir = await fakeRoot({ file: '' });
    expect(refusal(() => appendHistory(join(dir, 'file', 'x'), HOST_CLASS, [first]))).toMatch(
      /file\/x.*ENOTDIR/,
    );
    expect(refusal(() => appendHistory('/proc/nowhere/x', HOST_CLASS, [first]))).toMatch(
      /^cannot write the history \/proc\/nowhere\/x\/0123456789ab\.ndjson: ENOENT; choose another --dir$/,
    );
  });
});

describe('readHistory', () => {
  test('knows nothing of a class that is not there', async () => {
    expect(readHistory(await fakeRoot({}), id)).toBeNull();
  });

  test('is refused under the name of another class, and where it is no file', async () => {
    const dir = await fakeRoot({});
    appendHistory(dir, HOST_CLASS, [first]);
    const other = 'f'.repeat(12);
    await writeFile(historyPath(dir, other), await readFile(historyPath(dir, id)));
    expect(refusal(() => readHistory(dir, other))).toMatch(/it holds the host class 0123456789ab/);
    await mkdir(historyPath(dir, 'e'.repeat(12)));
    expect(refusal(() => readHistory(dir, 'e'.repeat(12)))).toMatch(/it is not a file/);
  });
});

describe('historyClasses', () => {
  test('are told by the names of files; others are none', async () => {
    const names = [
      'ffffffffffff.ndjson',
      '000000000000.ndjson',
      'README.md',
      'x.ndjson',
      '000000000000.ndjson.bak',
    ];
    const dir = await fakeRoot(Object.fromEntries(names.map((name) => [name, ''])));
    expect(historyClasses(dir)).toEqual(['000000000000', 'ffffffffffff']);
  });

  test('need a folder', async () => {
    const dir = await fakeRoot({ file: '' });
    expect(refusal(() => historyClasses(join(dir, 'none')))).toMatch(/no such folder; start a history with /);
    expect(refusal(() => historyClasses(join(dir, 'file')))).toMatch(/ENOTDIR/);
  });
});
