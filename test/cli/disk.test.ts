/** A disk that is full, read-only, or takes only short files: one line says what and where, and nothing is lost or cut. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeResult } from '../../core/results/folder.ts';
import { smallResult } from '../core/judge/compare/example.ts';
import { umlIsUsable } from '../linux.ts';
import { mountsAreUsable, readOnly, shortFiles, smallDisk } from '../mounts.ts';
import { requireOrSkip } from '../require.ts';
import { type Ended, hvbench, readEntries, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --workload integer --hypervisor control --isa x86_64'.split(' ');
const RUN = ['run', ...WORK, '--budget', '1'];
const NO_SPACE = 'no space left on its disk \\(ENOSPC\\)';

/** The rest of the disk is filled up, but for what is there already. */
const FILL = 'echo old >"$at/old"; head -c 1000000 /dev/zero >"$at/fill" 2>/dev/null;';

/** The one line that it says at the end. */
function refusal({ code, stderr }: Ended): string {
  expect(code, stderr).toBe(2);
  expect(stderr).not.toMatch(/internal error|^ {4}at /m);
  const lines = stderr.split('\n').filter((line) => line.startsWith('hvbench: '));
  expect(lines, stderr).toHaveLength(1);
  return lines[0] ?? '';
}

const namesIn = (path: string) =>
  existsSync(path) ? (readdirSync(path, { recursive: true }) as string[]) : [];

/** What a file of a kind ends with, unless it is empty or a folder. */
const ENDINGS = [
  [/\.html$/, /<\/html>\s*$/],
  [/\.png$/, /IEND.{4}$/s],
  [/\.(csv|md|ndjson)$/, /\n$/],
] as const;

/** Why a file is half written; null if it is whole. */
function flawOf(path: string, name: string): string | null {
  if (name.endsWith('.new')) return 'a new file that waits for its name';
  const file = join(path, name);
  const text = statSync(file).isDirectory() ? '' : readFileSync(file, 'latin1');
  const ending = ENDINGS.find(([names]) => names.test(name))?.[1] ?? /$/;
  if (text !== '' && !ending.test(text)) return `it ends with ${text.slice(-20)}`;
  if (name.endsWith('.json')) JSON.parse(text);
  return null;
}

/** Nothing is half written: no new file waits for its name, JSON is whole, and pages and pictures have their ends. */
function expectWhole(path: string): void {
  const names = readdirSync(path, { recursive: true }) as string[];
  const flaws = names.flatMap((name) => flawOf(path, name)?.replace(/^/, `${name}: `) ?? []);
  expect(flaws).toEqual([]);
}

const disk = (name: string) => {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  return { at, copy: join(folder, `copy of ${name}`) };
};

describe.skipIf(requireOrSkip('mounts', mountsAreUsable))('a run', () => {
  test('whose journal finds no room keeps what it wrote, and can go on elsewhere', async () => {
    const { at, copy } = disk('journal');
    const ended = await hvbench(
      ['run', ...WORK, '--budget', '20', '--precision', '0.01', '--out', 'journal/out'],
      {
        cwd: folder,
        under: smallDisk(at, '12k', copy),
      },
    );
    expect(refusal(ended)).toMatch(
      new RegExp(
        `^hvbench: cannot write journal/out/samples.ndjson: ${NO_SPACE}; earlier measurements are kept there: free up space, then continue with --resume journal/out$`,
      ),
    );
    expectWhole(copy);
    expect(readdirSync(join(copy, 'out'))).toEqual(['samples.ndjson']);
    expect(readEntries(join(copy, 'out')).some(({ type }) => type === 'sample')).toBe(true);
    const resumed = await hvbench(['run', '--resume', join(copy, 'out'), '--budget', '1'], { cwd: folder });
    expect(resumed.code, resumed.stderr).toBe(0);
    const native = readResult(join(copy, 'out')).measurements.find(
      ({ hypervisor }) => hypervisor === 'native',
    );
    expect(native).toMatchObject({ status: 'ok' });
  });

  test('whose header finds no room leaves a folder that can be used', async () => {
    const { at, copy } = disk('header');
    const ended = await hvbench([...RUN, '--out', 'header/out'], {
      cwd: folder,
      under: smallDisk(at, '8k', copy, FILL),
    });
    expect(refusal(ended)).toMatch(
      new RegExp(
        `^hvbench: cannot write header/out/samples.ndjson: ${NO_SPACE}; free up space, or choose another --out$`,
      ),
    );
    expect(readdirSync(join(copy, 'out'))).toEqual([]);
  });

  test.each(['128k', '300k'])('is shown, with the reports that fit on %s', async (size) => {
    const { at, copy } = disk(`reports-${size}`);
    const out = `reports-${size}/out`;
    const ended = await hvbench([...RUN, '--out', out], { cwd: folder, under: smallDisk(at, size, copy) });
    expect(refusal(ended)).toMatch(
      new RegExp(
        `^hvbench: cannot write ${out}/[a-z]+\\.(png|html): ${NO_SPACE}; everything measured is kept in ${out}/samples.ndjson: once that is fixed, hvbench report ${out} writes the rest, and hvbench run --resume ${out} continues$`,
      ),
    );
    expect(ended.stdout).toMatch(/integer/);
    expect(ended.stdout).toMatch(/^Written to .*: result\.json, /m);
    expectWhole(copy);
    const again = await hvbench(['report', join(copy, 'out')], { cwd: folder });
    expect(again.code, again.stderr).toBe(0);
    expect(existsSync(join(copy, 'out/report.html'))).toBe(true);
  });

  test.each([
    ['images', { XDG_CACHE_HOME: 'images' }, '64k'],
    ['temporary', { XDG_CACHE_HOME: 'empty cache', TMPDIR: 'temporary' }, '16k'],
  ])('finds no room for guest images, says so, or keeps them elsewhere: %s', async (name, env, size) => {
    const { at, copy } = disk(name);
    const whole = Object.fromEntries(Object.entries(env).map(([key, path]) => [key, join(folder, path)]));
    const out = `out of ${name}`;
    const ended = await hvbench([...RUN, '--out', out], {
      cwd: folder,
      env: { TMPDIR: folder, ...whole },
      under: smallDisk(at, size, copy),
    });
    const said = ended.code === 0 ? ended.stderr : refusal(ended);
    // What has room elsewhere is kept there.
    expect(said).toMatch(ended.code !== 0 ? /ENOSPC/ : name === 'images' ? /guest images are kept in / : /^/);
    expect(existsSync(join(folder, out, 'result.json'))).toBe(ended.code === 0);
    expectWhole(copy);
    for (const path of [copy, join(folder, 'empty cache')])
      expect(namesIn(path).filter((each) => /building-/.test(each))).toEqual([]);
  });

  test('is refused where nothing can be written', async () => {
    mkdirSync(join(folder, 'locked'));
    const under = readOnly(join(folder, 'locked'));
    expect(refusal(await hvbench([...RUN, '--out', 'locked/out'], { cwd: folder, under }))).toBe(
      'hvbench: cannot write results to locked/out: its file system is read-only (EROFS); choose another --out',
    );
  });
});

test('a run that may only write short files keeps what it wrote', async () => {
  const ended = await hvbench(['run', ...WORK, '--budget', '20', '--precision', '0.01', '--out', 'short'], {
    cwd: folder,
    under: shortFiles(8192),
  });
  expect(refusal(ended)).toBe(
    'hvbench: cannot write short/samples.ndjson: the file size limit is reached (ulimit -f) (EFBIG); earlier measurements are kept there: free up space, then continue with --resume short',
  );
  expectWhole(join(folder, 'short'));
  const limited = await hvbench([...RUN, '--out', 'limited'], { cwd: folder, under: shortFiles(65536) });
  expect(refusal(limited)).toMatch(
    /cannot write limited\/[a-z]+\.(png|html): .* \(EFBIG\); everything measured/,
  );
  expectWhole(join(folder, 'limited'));
  expect(readResult(join(folder, 'limited')).stopped.reason).not.toBe('recovered');
});

describe.skipIf(requireOrSkip('mounts', mountsAreUsable))('what a command writes', () => {
  beforeAll(() => {
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name));
      writeResult(join(folder, name), smallResult());
    }
  });
  const READ_ONLY = 'mount -o remount,ro "$at";';

  test.each([
    ['compare a b --out full/old', 'cannot write full/old: REASON; choose another --out'],
    ['compare a b --format html --out full/new', 'cannot write full/new: REASON; choose another --out'],
    [
      'gate --update a --baseline full/base',
      'cannot write the baseline full/base: REASON; once that is fixed, hvbench gate --baseline full/base --update a writes it without measuring again',
      'cannot write full/base: REASON; choose another --baseline',
    ],
    [
      'history add a --dir full',
      'cannot write the history full/[0-9a-f]+.ndjson: REASON; choose another --dir',
    ],
    ['history show --dir history --out full/old', 'cannot write full/old: REASON; choose another --out'],
    [
      'exec --hypervisor native --runs 1 --warmup 0 --export-json full/old -- /bin/true',
      'cannot write full/old: REASON; choose another --export-json; the measurements so far are in (/.*): hvbench report \\1',
      'cannot write full/old: REASON; choose another --export-json',
    ],
  ])('is what was there, or all of it: %s', async (command, message, early = message) => {
    expect((await hvbench(['history', 'add', 'a'], { cwd: folder })).code).toBe(0);
    // That a file system is read-only shows before anything is measured.
    const refusals = [
      [FILL, NO_SPACE, message],
      [`${FILL} ${READ_ONLY}`, 'its file system is read-only \\(EROFS\\)', early],
    ] as const;
    for (const [before, reason, told] of refusals) {
      const { at, copy } = disk('full');
      const under = smallDisk(at, '16k', copy, before);
      const said = refusal(await hvbench(command.split(' '), { cwd: folder, under }));
      const pattern = new RegExp(`^hvbench: ${told.replace('REASON', reason)}$`);
      expect(said).toMatch(pattern);
      // The journal of an exec, in the cache.
      const journal = pattern.exec(said)?.[1];
      if (journal) rmSync(journal, { recursive: true });
      expect(readdirSync(copy).sort()).toEqual(['fill', 'old']);
      expect(readFileSync(join(copy, 'old'), 'utf8')).toBe('old\n');
      rmSync(copy, { recursive: true });
    }
  });

  test('is all shown of a report that cannot be written', async () => {
    cpSync(join(folder, 'a'), join(folder, 'kept'), { recursive: true });
    const ended = await hvbench(['report', 'kept'], { cwd: folder, under: readOnly(join(folder, 'kept')) });
    expect(refusal(ended)).toBe(
      'hvbench: cannot write kept/overhead.csv: its file system is read-only (EROFS); the same command writes the rest once that is fixed, or from a copy of kept elsewhere',
    );
    expect(ended.stdout).toMatch(/sha256/);
    const json = await hvbench(['report', 'kept', '--json'], {
      cwd: folder,
      under: readOnly(join(folder, 'kept')),
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'hvbench/result@2' });
  });

  test('takes no room for temporary files', async () => {
    const { at } = disk('temporary');
    const command = 'exec --hypervisor native --runs 1 -- /bin/true'.split(' ');
    // The disk has room for one folder.
    const ended = await hvbench(command, {
      cwd: folder,
      env: { TMPDIR: at },
      under: smallDisk(at, '8k', undefined, FILL),
    });
    expect(refusal(ended)).toMatch(
      new RegExp(`^hvbench: cannot write to .*/temporary: ${NO_SPACE}; set TMPDIR to another folder$`),
    );
  });

  test('is no kernel', async () => {
    const { at, copy } = disk('kernels');
    const ended = await hvbench('guest --isa x86_64 --refresh'.split(' '), {
      cwd: folder,
      env: { XDG_CACHE_HOME: at },
      under: smallDisk(at, '300k', copy),
    });
    expect(refusal(ended)).toMatch(
      /^hvbench: cannot keep kernels in .*\/kernels: 0 MiB are free there, but fetching one takes at least 48 MiB; set XDG_CACHE_HOME to another folder$/,
    );
    expect(readdirSync(join(copy, 'hvbench/kernels'))).toEqual([]);
  });
});

describe.skipIf(requireOrSkip('mounts', mountsAreUsable) || requireOrSkip('uml', umlIsUsable))(
  'User Mode Linux',
  () => {
    test('says that its memory found no room', async () => {
      const { at } = disk('memory');
      // Where it can be given no tmpfs of its own.
      const programs = join(folder, 'mounts none');
      mkdirSync(programs);
      const mount =
        '#!/bin/sh\ncase "$*" in *" /dev/shm") exit 1;; *) PATH=/usr/bin:/bin exec mount "$@";; esac\n';
      writeFileSync(join(programs, 'mount'), mount, { mode: 0o755 });
      const command = [...RUN, '--out', 'of uml'].map((each) => (each === 'control' ? 'uml' : each));
      const { code, stderr } = await hvbench(command, {
        cwd: folder,
        env: { TMPDIR: at, PATH: `${programs}:${process.env.PATH}` },
        under: smallDisk(at, '1g', undefined, 'fallocate -l 1020m "$at/full"'),
      });
      expect(code, stderr).toBe(1);
      expect(readResult(join(folder, 'of uml')).failures.map(({ error }) => error)).toEqual([
        expect.stringMatching(
          /^uml: no space was left for the guest's memory, a file of \d+ MiB in .*\/memory \(TMPDIR\) or \/dev\/shm: free up space there, or set TMPDIR to a folder on a larger tmpfs$/,
        ),
      ]);
    });
  },
);

test('a device and a pipe are written to as they are', async () => {
  writeFileSync(join(folder, 'list'), '');
  for (const name of ['c', 'd']) {
    mkdirSync(join(folder, name));
    writeResult(join(folder, name), smallResult());
  }
  const ended = await hvbench(['compare', 'c', 'd', '--format', 'json', '--out', '/dev/fd/3'], {
    cwd: folder,
    under: ['sh', '-c', '"$@" 3>&1 >/dev/null | cat', 'sh'],
  });
  expect(JSON.parse(ended.stdout)).toMatchObject({ results: [{ path: 'c' }, { path: 'd' }] });
  const full = await hvbench(['compare', 'c', 'd', '--out', '/dev/full'], { cwd: folder });
  expect(refusal(full)).toMatch(new RegExp(`cannot write /dev/full: ${NO_SPACE}; choose another --out$`));
});
