/** The real command under other versions of Node.js: those that are too old are refused, the others do it all. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { hvbench, MAIN, ROOT, readResult, temporaryFolder } from '../cli/command.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { haveNodes, type Major, nodePath } from './nodes.ts';

const folder = temporaryFolder();
const BIN = join(ROOT, 'bin/hvbench.cjs');
const noNodes = requireOrSkip('nodes', await haveNodes());

const versionOf = (major: Major) => execFileSync(nodePath(major), ['--version'], { encoding: 'utf8' }).trim();

describe.skipIf(noNodes)('Node.js that is too old is refused in one line', () => {
  // Debian 11 has 12, which reads the door alone; Debian 12 has 18.
  test.each<[Major, string]>([
    [12, BIN],
    [18, BIN],
    [18, MAIN],
  ])('%i: %s', async (major, main) => {
    for (const args of [['--version'], ['doctor'], ['run', '--budget', '1']]) {
      const ended = await hvbench(args, { cwd: folder, program: [nodePath(major), main] });
      const stderr = `hvbench: it needs Node.js 20 or newer, and this is ${versionOf(major)}\n`;
      expect(ended).toEqual({ code: 2, stdout: '', stderr });
    }
  });

  test('18: by the library too', () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/hvbench'));
    const program = `import { run, UserError } from 'hvbench';
      await run({}).catch((error) => console.log(error instanceof UserError, error.message));`;
    writeFileSync(join(folder, 'program.mjs'), program);
    const said = execFileSync(nodePath(18), ['program.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(said).toMatch(/^true hvbench cannot run: it needs Node\.js 20 or newer, and this is v18\./);
  });
});

// npm run test:systems has those between as well.
describe.skipIf(noNodes)('Node.js that is newer does it all', () => {
  const guests = kvmIsUsable ? ['control', 'kvm', 'v86'] : ['control', 'v86'];

  test.each<Major>([26])('%i', async (major) => {
    const out = `out-${major}`;
    const expectDone = async (...args: string[]): Promise<string> => {
      const ended = await hvbench(args, { cwd: folder, program: [nodePath(major), BIN] });
      expect(ended.code, `${args.join(' ')}\n${ended.stderr}`).toBe(0);
      // What Node deprecates, it tells there.
      expect(ended.stderr).not.toMatch(/warning/i);
      return ended.stdout;
    };
    expect(JSON.parse(await expectDone('doctor', '--json')).host.node).toBe(versionOf(major));
    const work = '--suite cpu --workload integer --profile quick --budget 1'.split(' ');
    await expectDone('run', ...work, '--hypervisor', guests.join(), '--out', out);
    const { host, measurements } = readResult(join(folder, out));
    expect(host.node).toBe(versionOf(major));
    expect(new Set(measurements.map(({ hypervisor }) => hypervisor))).toEqual(new Set(['native', ...guests]));
    for (const { status, hypervisor } of atLeastOne(measurements))
      expect({ status, hypervisor }).toEqual({ status: 'ok', hypervisor });
    expect(await expectDone('report', out)).toMatch(/Written to .*: .*overhead\.png.*report\.html/);
    expect(existsSync(join(folder, out, 'overhead.png'))).toBe(true);
    const exec = ['exec', '--hypervisor', 'control', '--runs', '2', '--json', '--', 'true'];
    expect(JSON.parse(await expectDone(...exec)).environments).toHaveLength(2);
  });
});
