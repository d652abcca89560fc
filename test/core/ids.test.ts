/** Who names a driver or a suite outside of its folder: docs/structure.md lists them all, with their reasons. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { HYPERVISOR_NAMES, SUITE_NAMES } from '../../core/config/names.ts';
import { CONTROL, REFERENCE } from '../../core/model/role.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A mode, a role, and what many other things are called as well: they count where they are said to be an id. */
const COMMON = [REFERENCE, CONTROL, ...SUITE_NAMES];
const PLAIN = HYPERVISOR_NAMES.filter((id) => !COMMON.includes(id));
const IDS = [
  new RegExp(`'(${PLAIN.join('|')})'`),
  new RegExp(`\\b(hypervisor|suite|id|name)\\)?(:| [!=]==) '(${COMMON.join('|')})'`),
];

/** Sources that are no driver's and no suite's own. */
function sources(): string[] {
  return ['core', 'reports', 'suites'].flatMap((top) =>
    readdirSync(`${ROOT}${top}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${top}/${file}`)
      // The list of names itself, which test/cli/library.test.ts holds to what there is.
      .filter((file) => file !== 'core/config/names.ts')
      // Packages, groups and modules of a computer are called like this too.
      .filter((file) => !/^core\/(hypervisors\/[^/]+|host)\//.test(file)),
  );
}

function namedIn(file: string): number {
  const [, own = ''] = /^suites\/([^/]+)\//.exec(file) ?? [];
  const lines = readFileSync(`${ROOT}${file}`, 'utf8').split('\n');
  // A role may be called like who has it.
  const others = lines.map((line) =>
    line.replaceAll(/roleOf\([^)]*\) === '\w+'/g, '').replaceAll(`'${own}'`, ''),
  );
  return others.filter((line) => IDS.some((id) => id.test(line))).length;
}

/** As `| `file` | lines | why |` in the page. */
function listed(): [string, number][] {
  const page = readFileSync(`${ROOT}docs/structure.md`, 'utf8');
  return [...page.matchAll(/^\| `([^`]+\.ts)` \| (\d+) \| .{20,} \|$/gm)].map(([, file = '', lines]) => [
    file,
    Number(lines),
  ]);
}

it('is listed, with a reason, and there are not many', () => {
  const found = sources().flatMap((file): [string, number][] => {
    const lines = namedIn(file);
    return lines > 0 ? [[file, lines]] : [];
  });
  expect(found.sort()).toEqual(listed().sort());
  expect(found.length).toBeLessThan(10);
});
