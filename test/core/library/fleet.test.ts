/** Fleets of results in files, some of which are none: nothing is measured here. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, test } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { collectFleet } from '../../../core/library/fleet.ts';
import { partsOf } from '../../../core/parts.ts';
import type { FleetEntry } from '../../../core/results/fleet/entry.ts';
import { fleetSchema } from '../../../core/results/fleet/schema.ts';
import type { Result } from '../../../core/results/schema.ts';
import { figureOf, hostResult } from '../judge/fleet/example.ts';

const parts = partsOf({});
const base = mkdtempSync(join(tmpdir(), 'hvbench-fleet-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let folder = base;
let count = 0;
beforeEach(() => {
  folder = join(base, String(count++));
});

const DONE = { state: 'done' } as const;

/** A host's folder with this text as its result. */
function host(name: string, text: string, more: Partial<FleetEntry> = {}): FleetEntry {
  const own = join(folder, 'hosts', name);
  mkdirSync(own, { recursive: true });
  const file = join(own, 'result.json');
  writeFileSync(file, text);
  return { ...DONE, name, file, ...more };
}

const textOf = (result: Result) => JSON.stringify(result);
/** A host whose result is as good as any. */
const sound = (name: string, seed: number, more: Partial<FleetEntry> = {}) =>
  host(name, textOf(hostResult({ seed, ratio: 1 + seed / 100 })), more);

const collect = (entries: readonly FleetEntry[]) => collectFleet(folder, entries, {}, parts);

/** By host, why nothing of it is in a mean. */
async function refusals(entries: readonly FleetEntry[]): Promise<Record<string, string>> {
  const { fleet } = await collect(entries);
  return Object.fromEntries(
    fleet.hosts.flatMap(({ name, leftOut }) =>
      leftOut ? [[name, `${leftOut.why}: ${leftOut.reason}`]] : [],
    ),
  );
}

test('hosts are merged, and everything that there is to say is written', async () => {
  const { fleet, text, files } = await collect([sound('a', 1), sound('b', 2), sound('c', 3)]);
  expect(figureOf(fleet)).toMatchObject({ hosts: 3, leftOut: 0 });
  expect(text).toMatch(/^kvm on cpu \(x86_64\): \+2\.0 % \[.+\] over 3 of 3 hosts \(one class\)\n/);
  const names = ['fleet-hosts.csv', 'fleet.csv', 'fleet.html', 'fleet.json', 'fleet.md', 'fleet.svg'];
  expect(files.map((file) => file.slice(folder.length + 1)).sort()).toEqual(names);
  expect(readdirSync(folder).sort()).toEqual([...names, 'hosts'].sort());
  expect(fleetSchema.parse(JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8')))).toEqual(fleet);
});

test('the same results give the same files, and more results later other ones', async () => {
  const few = [sound('a', 1), sound('b', 2), { name: 'c', state: 'running' } as const];
  const read = () =>
    readdirSync(folder)
      .filter((name) => name.startsWith('fleet'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
  await collect(few);
  const first = read();
  await collect(few);
  expect(read()).toEqual(first);
  const { fleet } = await collect([...few.slice(0, 2), sound('c', 3)]);
  expect(figureOf(fleet).hosts).toBe(3);
  expect(read()).not.toEqual(first);
});

describe('a host is left out, with the reason,', () => {
  it('if its run is not done', async () => {
    expect(
      await refusals([
        sound('a', 1),
        { name: 'failed', state: 'failed', reason: 'exit code 2' },
        { name: 'running', state: 'running' },
        { name: 'pending', state: 'pending', reason: 'Resources' },
        { name: 'lost', state: 'lost' },
        { name: 'done', state: 'done' },
      ]),
    ).toEqual({
      failed: 'failed: its run failed: exit code 2',
      running: 'running: its run has not ended yet',
      pending: 'pending: its run has not begun yet: Resources',
      lost: 'lost: its run is lost: nothing knows of it any more',
      done: 'no-result: its run left no result',
    });
  });

  it('if its result is gone, damaged, of something else, of another format, or an endless file', async () => {
    const whole = textOf(hostResult());
    const huge = host('huge', '');
    truncateSync(huge.file ?? '', 2 * 2 ** 30);
    const found = await refusals([
      sound('a', 1),
      { ...DONE, name: 'gone', file: join(folder, 'nowhere', 'result.json') },
      host('half', whole.slice(0, 1000)),
      host('null', 'null'),
      host('other', '{"schema":"somebody/else@1"}'),
      host('exec', '{"schema":"hvbench/exec@2"}'),
      host('later', whole.replace('hvbench/result@2', 'hvbench/result@3')),
      host('absurd', whole.replace(/"estimate":[^,]+/, '"estimate":"fast"')),
      host('empty', ''),
      { ...DONE, name: 'device', file: '/dev/zero' },
      huge,
    ]);
    expect(Object.fromEntries(Object.entries(found).map(([name, why]) => [name, why.split(':')[0]]))).toEqual(
      {
        ...{
          gone: 'no-result',
          half: 'unreadable',
          null: 'unreadable',
          other: 'unreadable',
          exec: 'unreadable',
        },
        ...{ later: 'other-format', absurd: 'unreadable', empty: 'unreadable', device: 'unreadable' },
        huge: 'unreadable',
      },
    );
    expect(found.later).toBe(
      'other-format: its result has the format hvbench/result@3, which this version does not read',
    );
    expect(found.huge).toContain('it is too large: 2147483648 bytes');
    expect(found.device).toContain('it is not a file');
  });

  it('if its result is a link, or lies behind one', async () => {
    const elsewhere = join(base, `elsewhere-${count}`);
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'result.json'), textOf(hostResult({ seed: 9 })));
    const linked = host('linked', '');
    rmSync(linked.file ?? '');
    symlinkSync(join(elsewhere, 'result.json'), linked.file ?? '');
    symlinkSync(elsewhere, join(folder, 'hosts', 'behind'));
    const behind = { ...DONE, name: 'behind', file: join(folder, 'hosts', 'behind', 'result.json') };
    const found = await refusals([sound('a', 1), linked, behind]);
    expect(found.linked).toMatch(/^unreadable: .* it is a link$/);
    expect(found.behind).toMatch(/^unreadable: .* it lies behind a link$/);
  });

  it('if it is there twice: by its name, by what it calls itself, or by a copy of its result', async () => {
    const twin = sound('a', 1);
    const found = await refusals([
      twin,
      sound('b', 2, { host: 'node7' }),
      sound('c', 3, { host: 'node7' }),
      { ...twin, name: 'copy' },
      { ...sound('a', 4), file: twin.file ?? '' },
    ]);
    expect(found).toEqual({
      c: 'same-host: it is the same host as b, and a host counts once',
      copy: 'same-host: its result is a copy of that of a',
      a: 'same-host: it is the same host as a, and a host counts once',
    });
  });

  it('but not if the first one of it could not be read', async () => {
    const { fleet } = await collect([host('a', 'null', { host: 'node1' }), sound('b', 2, { host: 'node1' })]);
    expect(fleet.hosts.map(({ leftOut }) => leftOut?.why ?? 'merged')).toEqual(['unreadable', 'merged']);
  });

  it('if its CPU is emulated', async () => {
    const emulated = hostResult({
      finish: (result) => ({
        ...result,
        host: { ...result.host, outerHypervisor: { hypervisor: 'QEMU TCG', evidence: [], emulated: true } },
      }),
    });
    const { fleet } = await collect([sound('a', 1), host('tcg', textOf(emulated))]);
    expect(fleet.hosts[1]).toMatchObject({
      leftOut: { why: 'emulated' },
      hostClass: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(fleet.classes).toHaveLength(1);
  });
});

test('with nothing to merge, it says so, and throws nothing', async () => {
  const { text, fleet } = await collect([
    { name: 'a', state: 'failed' },
    { name: 'b', state: 'pending' },
  ]);
  expect(text).toMatch(
    /^nothing to merge: none of 2 hosts has a result that can be merged \(1 failed, 1 pending\)\n/,
  );
  expect(fleet.classes).toEqual([]);
});

test('a fleet of nothing is refused, and so is a folder that cannot be written', async () => {
  await expect(collect([])).rejects.toThrow(UserError);
  await expect(collectFleet('/proc/none', [{ name: 'a', state: 'lost' }], {}, parts)).rejects.toThrow(
    /^cannot write \/proc\/none/,
  );
});

test('it tells how far it is, and stops between two hosts', async () => {
  const told: string[] = [];
  const stop = new AbortController();
  const progress = (read: number, of: number) => {
    told.push(`${read} of ${of}`);
    if (read === 2) stop.abort(new Error('enough'));
  };
  const entries = [sound('a', 1), sound('b', 2), sound('c', 3)];
  await expect(collectFleet(folder, entries, { progress, signal: stop.signal }, parts)).rejects.toThrow(
    'enough',
  );
  expect(told).toEqual(['1 of 3', '2 of 3']);
  expect(readdirSync(folder)).toEqual(['hosts']);
});
