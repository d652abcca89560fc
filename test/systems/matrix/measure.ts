/** One system of the matrix: made ready, gone through, and gone. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Examination } from '../../../core/library/probe.ts';
import { LANDS } from '../land.ts';
import { type Cell, everywhere, type Outcome, type Step } from './outcome.ts';
import * as steps from './steps.ts';
import type { Place, System } from './system.ts';

/** Digests of guest code of systems that others have to equal. */
const codes = new Map<string, Map<string, string>>();

const PASSED: Cell = { outcome: 'passed' };
const skipped = (why: string): Cell => ({ outcome: 'skipped', why });

export async function measure(system: System, say: (text: string) => void): Promise<Outcome> {
  const { id, title, about } = system;
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-systems-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  // Others than its owner may be the user.
  chmodSync(folder, 0o755);
  let examination: Examination | null = null;
  let cells = everywhere(skipped('doctor failed'));
  const tried = async <T>(step: Step, act: () => Promise<T>): Promise<T | null> => {
    try {
      const given = await act();
      cells = { ...cells, [step]: PASSED };
      return given;
    } catch (error) {
      cells = { ...cells, [step]: { outcome: 'failed', why: (error as Error).message } };
      return null;
    } finally {
      say(`${title}: ${step} ${cells[step].outcome}`);
    }
  };
  try {
    const place = await system.open(folder);
    if (typeof place === 'string') cells = everywhere(skipped(place));
    else {
      await giveKernels(place, folder);
      const found = await tried('doctor', () => steps.doctor(place));
      examination = found;
      if (found !== null) {
        await tried('run', async () => expectCode(system, place, await steps.run(place, found)));
        await tried('exec', () => steps.exec(place, found));
        await tried('boot', () => steps.boot(place, found));
        const measured = ['out', 'boot'].filter((name) => existsSync(join(folder, name, 'report.html')));
        if (measured.length === 0) cells = { ...cells, report: skipped('nothing was measured') };
        else await tried('report', () => steps.report(place, measured));
      }
    }
  } catch (error) {
    cells = everywhere({ outcome: 'failed', why: `it was not made ready: ${(error as Error).message}` });
  } finally {
    remove();
    process.off('exit', remove);
  }
  cells = { ...cells, ...mountsLeft(folder) };
  const seconds = (performance.now() - began) / 1000;
  return { id, title, about, cells, examination, seconds, date: new Date().toISOString().slice(0, 10) };
}

/** Guests' kernels into its cache: as `hvbench guest` fetched them there, now or the first time. */
async function giveKernels(place: Place, folder: string): Promise<void> {
  const store = join(LANDS, 'kernels', place.kernels);
  const cache = join(folder, 'cache/hvbench/kernels');
  if (!existsSync(store)) {
    await steps.guest(place);
    mkdirSync(dirname(store), { recursive: true });
    rmSync(`${store}.new`, { recursive: true, force: true });
    cpSync(cache, `${store}.new`, { recursive: true });
    renameSync(`${store}.new`, store);
  } else cpSync(store, cache, { recursive: true });
  if (place.user !== undefined) execFileSync('chown', ['-R', `${place.user}:${place.user}`, folder]);
}

/** The same compiler makes the same guest code, whatever its defaults. */
function expectCode({ id }: System, { sameCodeAs }: Place, code: Map<string, string>): void {
  codes.set(id, code);
  const other = codes.get(sameCodeAs ?? '');
  const different = [...code]
    .filter(([name, digest]) => other && other.get(name) !== digest)
    .map(([name]) => name);
  if (different.length > 0)
    throw new Error(`guest code is not that of ${sameCodeAs}: ${different.join(', ')}`);
}

/** Everything mounted is in a namespace that died with its process. */
function mountsLeft(folder: string): Partial<Record<Step, Cell>> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const left = mounts.filter((line) => line.includes(folder) || line.includes(LANDS));
  return left.length === 0
    ? {}
    : { report: { outcome: 'failed', why: `mounts were left: ${left.join('; ')}` } };
}
