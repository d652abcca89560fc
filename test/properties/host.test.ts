/** What Linux tells of itself and of this process in small text files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cgroupFolders, numberIn } from '../../core/host/cgroups.ts';
import { parseCpuInfo } from '../../core/host/cpuinfo.ts';
import { addressHeadroom, headroomOf, resourceCountsOf, softLimit } from '../../core/host/limits.ts';
import { parseMounts } from '../../core/host/mounts.ts';
import { systemsOf } from '../../core/host/packages.ts';
import { folderHost } from '../core/host/folder-host.ts';
import { anyText, fc, RUNS, textOf } from './property.ts';

const root = mkdtempSync(join(tmpdir(), 'hvbench-properties-'));
const host = folderHost(root);
afterAll(() => rmSync(root, { recursive: true }));
function place(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
/** Each of them writes files. */
const FEWER = { numRuns: Math.ceil(RUNS / 4) };

/** Lines of a table as Linux has them, and others. */
const table = (...names: readonly string[]) =>
  fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom(...names), anyText({ maxLength: 8 })),
        textOf(' \t:=0123456789unlimtedkBmax"-', 30),
      ),
    )
    .map((lines) => lines.map((parts) => parts.join('')).join('\n'));

describe('parseCpuInfo', () => {
  it('gives what it can of any text, fit for a record', () => {
    const text = table(
      'processor\t: ',
      'vendor_id : ',
      'model name:',
      'cpu family: ',
      'model: ',
      'flags : fpu ',
      'microcode: ',
      '\n',
    );
    fc.assert(
      fc.property(fc.oneof(text, anyText()), (text) => {
        const { vendor, model, family, modelNumber, stepping, processors } = parseCpuInfo(text);
        for (const word of [vendor, model]) expect(word).toMatch(/^[^\p{C}]{1,256}$/u);
        for (const number of [family, modelNumber, stepping])
          expect(number === null || Number.isSafeInteger(number)).toBe(true);
        expect(processors).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('gives each field as it stands there', () => {
    const number = fc.nat(999_999_999);
    const word = fc.string({ unit: fc.constantFrom(...'aB9(R).,@:-'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        word,
        word,
        number,
        number,
        fc.array(word),
        fc.integer({ min: 1, max: 5 }),
        (vendor, model, family, stepping, flags, processors) => {
          const block = `processor\t: 0\nvendor_id\t: ${vendor}\ncpu family\t: ${family}\nmodel name\t: ${model}\nstepping\t: ${stepping}\nflags\t\t: ${flags.join(' ')}\n\n`;
          const expected = {
            vendor,
            model,
            family,
            stepping,
            flags: new Set(flags),
            processors,
            microcode: null,
          };
          expect(parseCpuInfo(block.repeat(processors))).toMatchObject(expected);
        },
      ),
    );
  });
});

describe('parseMounts', () => {
  const path = fc
    .array(fc.string({ unit: fc.constantFrom(...'ab .-\\\t\n#ß漢07'), minLength: 1, maxLength: 6 }), {
      maxLength: 3,
    })
    .map((names) => `/${names.join('/')}`);
  /** As the kernel writes it. */
  const asMounted = (text: string) =>
    text.replace(
      /[ \t\n\\#]/g,
      (character) => `\\${(character.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`,
    );

  it('reads where each is, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(path, path, fc.constantFrom('ext4', 'fuse.sshfs', 'tmpfs'))),
        (mounts) => {
          const lines = mounts.map(
            ([at, source, type], index) =>
              `${index} 1 0:${index} / ${asMounted(at)} rw,relatime shared:1 - ${type} ${asMounted(source)} rw`,
          );
          expect(parseMounts(`${lines.join('\n')}\n`)).toEqual(mounts.map(([at, , type]) => ({ at, type })));
        },
      ),
    );
  });

  it('leaves out what has another shape, and gives no path that the kernel could not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          textOf('a/\\89', 12).map((at) => `1 1 0:1 / /${at} rw - ext4 none rw`),
        ),
        (text) => {
          for (const { at, type } of parseMounts(text.replaceAll('\0', ''))) {
            expect(`${at}${type}`).not.toContain('\0');
            expect(Math.min(at.length, type.length)).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});

describe('limits', () => {
  const NAMES = ['Max open files', 'Max processes', 'Max address space'] as const;
  const limits = table(...NAMES.map((name) => `${name}   `), ...NAMES);

  it('are numbers, or none', () => {
    fc.assert(
      fc.property(limits, fc.constantFrom(...NAMES), (text, name) => {
        expect(softLimit(text, name)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('leave a number of each thing, whatever the files say', () => {
    const status = table('Threads:\t', 'VmSize:\t  ', 'VmSize:');
    const word = textOf('0123456789 max/\n', 12);
    fc.assert(
      fc.property(limits, status, word, word, word, (limits, status, files, load, max) => {
        place('proc/1/limits', limits);
        place('proc/self/limits', limits);
        place('proc/1/status', status);
        place('proc/self/status', status);
        place('proc/self/cgroup', `0::/a\n${load}`);
        place('proc/sys/fs/file-nr', files);
        place('proc/loadavg', `0.5 0.5 0.5 ${load} 1`);
        for (const path of [
          'proc/sys/vm/max_map_count',
          'proc/sys/kernel/pid_max',
          'sys/fs/cgroup/a/pids.max',
          'sys/fs/cgroup/a/pids.current',
        ])
          place(path, max);
        for (const counts of [resourceCountsOf(1, host), headroomOf(1, host)])
          for (const count of Object.values(counts)) expect(count).not.toBeNaN();
        expect(addressHeadroom(host)).not.toBeNaN();
        const number = numberIn(host, '/sys/fs/cgroup/a/pids.max');
        expect(number ?? 0).toBeGreaterThanOrEqual(0);
      }),
      FEWER,
    );
  });
});

describe('cgroupFolders', () => {
  it('are those of the group and above it, and never outside', () => {
    const line = fc
      .tuple(
        fc.constantFrom('0::', '4:memory:', '5:cpu,memory:', '1:name=systemd:', '0:memory'),
        textOf('/.a:b ', 20),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        place('proc/self/cgroup', lines.join('\n'));
        for (const { folder } of cgroupFolders('memory', host)) {
          expect(folder).toMatch(/^\/sys\/fs\/cgroup(\/|$)/);
          expect(folder.split('/')).not.toContain('..');
        }
      }),
      FEWER,
    );
  });
});

describe('systemsOf', () => {
  it('are words in small letters, whatever stands there', () => {
    fc.assert(
      fc.property(fc.oneof(table('ID=', 'ID_LIKE="', "ID='"), anyText()), (text) => {
        place('etc/os-release', text);
        for (const system of systemsOf(host)) expect(system).toBe(system.toLowerCase().trim());
      }),
      FEWER,
    );
  });
});
