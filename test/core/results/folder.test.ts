import { existsSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import { JournalWriter, readJournal, readResult, writeResult } from '../../../core/results/folder.ts';
import { suites } from '../../../suites/index.ts';
import { refusal } from '../../refusal.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { end, header, sample } from './example.ts';

describe('JournalWriter', () => {
  it('makes the folder, and hands each entry to the system at once', async () => {
    const folder = join(await fakeRoot({}), 'new', 'run');
    const writer = new JournalWriter(folder);
    expect(existsSync(folder)).toBe(true);
    writer.append(header());
    writer.append(sample());
    // Still open: what a killed run leaves.
    expect(readJournal(folder, suites)).toEqual([header(), sample()]);
    writer.close();
  });

  it('refuses a folder that holds a run, and leaves it as it was', async () => {
    const folder = await fakeRoot({});
    const writer = new JournalWriter(folder);
    writer.append(header());
    writer.close();
    expect(refusal(() => new JournalWriter(folder))).toBe(
      `${folder} already holds a run: choose another --out, or continue it with --resume ${folder}`,
    );
    expect(readJournal(folder, suites)).toEqual([header()]);
  });

  it('goes on with a run whose journal is too long to be read at once', async () => {
    const folder = await fakeRoot({});
    const journal = join(folder, 'samples.ndjson');
    await writeFile(journal, 'a line\n');
    // A hole takes no room.
    await truncate(journal, 2 ** 31 + 1000);
    await appendFile(journal, `\n${'half a line '.repeat(10_000)}`);
    const writer = new JournalWriter(folder, { resume: true });
    writer.append(end());
    writer.close();
    expect(statSync(journal).size).toBe(2 ** 31 + 1001 + Buffer.byteLength(JSON.stringify(end())) + 1);
  });

  it('goes on with a run that is to be resumed', async () => {
    const folder = await fakeRoot({});
    for (const entry of [header(), sample(), end()]) {
      const writer = new JournalWriter(folder, { resume: true });
      writer.append(entry);
      writer.close();
    }
    expect(readJournal(folder, suites)).toEqual([header(), sample(), end()]);
  });

  it('goes on behind the last whole line where a kill cut one in two', async () => {
    const folder = await fakeRoot({});
    const path = join(folder, 'samples.ndjson');
    const first = new JournalWriter(folder);
    for (const entry of [header(), sample(), sample({ round: 1 })]) first.append(entry);
    first.close();
    await truncate(path, (await readFile(path)).length - 40);

    const second = new JournalWriter(folder, { resume: true });
    second.append(sample({ round: 2 }));
    second.close();
    expect(readJournal(folder, suites)).toEqual([header(), sample(), sample({ round: 2 })]);
  });

  it.each([
    ['a file in its place', 'file'],
    ['a file above it', 'file/run'],
    ['a file system that takes no folders', '/proc/hvbench/run'],
  ])('says in one line what is in the way: %s', async (_, name) => {
    const root = await fakeRoot({ file: '' });
    const folder = name.startsWith('/') ? name : join(root, name);
    expect(refusal(() => new JournalWriter(folder))).toMatch(
      new RegExp(`^cannot write results to ${folder}: E[A-Z]+; choose another --out$`),
    );
  });
});

describe('readJournal', () => {
  it('says in one line that there is none', async () => {
    const folder = await fakeRoot({});
    expect(refusal(() => readJournal(folder, suites))).toBe(
      `cannot read ${folder}/samples.ndjson: no such file: is this a folder that hvbench run wrote?`,
    );
    expect(refusal(() => readJournal(join(folder, 'nowhere'), suites))).toContain('no such file');
  });

  it('names the file and the line of damage', async () => {
    const folder = await fakeRoot({ 'samples.ndjson': `${JSON.stringify(header())}\nhello\n` });
    expect(refusal(() => readJournal(folder, suites))).toBe(
      `cannot read ${folder}/samples.ndjson: line 2 is not JSON`,
    );
  });
});

describe('readResult and writeResult', () => {
  const result = assemble([header(), sample(), end()], suites);

  it('reads back what was written, and replaces it in one step', async () => {
    const folder = await fakeRoot({});
    writeResult(folder, result);
    expect(readResult(folder, suites)).toEqual(result);
    writeResult(folder, { ...result, seed: 99 });
    expect(readResult(folder, suites)?.seed).toBe(99);
    expect(await readdir(folder)).toEqual(['result.json']);
  });

  it('is null where there is none', async () => {
    expect(readResult(await fakeRoot({}), suites)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello\nworld'],
    ['half of a result', JSON.stringify(result).slice(0, -100)],
    ['another kind of JSON', '[1, 2, 3]'],
    ['a result of another version', JSON.stringify({ ...result, schema: 'hvbench/result@9' })],
    ['a result that lacks something', JSON.stringify({ ...result, host: undefined })],
    ['a result with something unknown', JSON.stringify({ ...result, 'evil\nkey': 1 })],
    ['a text beyond all bounds', JSON.stringify({ ...result, profile: 'x'.repeat(100_000) })],
    ['a number that JSON does not have', JSON.stringify({ ...result, seed: Number.NaN })],
  ])('refuses %s in one line that names the file', async (_, content) => {
    const folder = await fakeRoot({ 'result.json': content });
    expect(refusal(() => readResult(folder, suites))).toContain(join(folder, 'result.json'));
  });

  it('says which version it would have understood', async () => {
    const folder = await fakeRoot({
      'result.json': JSON.stringify({ ...result, schema: 'hvbench/result@9' }),
    });
    expect(refusal(() => readResult(folder, suites))).toMatch(
      /is not an hvbench result: schema: .*"hvbench\/result@2"/,
    );
  });

  it('refuses a file larger than memory, and a folder, in one line', async () => {
    const huge = await fakeRoot({ 'result.json': '{' });
    // Without content: it takes no room on the disk.
    await truncate(join(huge, 'result.json'), 5 * 2 ** 30);
    expect(refusal(() => readResult(huge, suites))).toMatch(
      /^cannot read .*result\.json: it is too large: 5368709120 bytes$/,
    );
    const folder = await fakeRoot({});
    await mkdir(join(folder, 'result.json'));
    expect(refusal(() => readResult(folder, suites))).toMatch(
      /^cannot read .*result\.json: it is not a file$/,
    );
  });

  it('reads a deep nest of brackets without falling over', async () => {
    const folder = await fakeRoot({});
    await writeFile(join(folder, 'result.json'), '['.repeat(200_000));
    await appendFile(join(folder, 'result.json'), ']'.repeat(200_000));
    expect(refusal(() => readResult(folder, suites))).toContain('result.json');
  });
});
