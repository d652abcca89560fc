/** What `hvbench report` takes, by the number of samples: of runs that are made up, from their journals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostRecord } from '../results/schema.ts';
import { syntheticJournal } from './synthetic-journal.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const LIMIT_MS = 120_000;
/** How often the memory of the command is looked at. */
const LOOK_MS = 20;
const LINES_A_WRITE = 2000;

export interface ReportCost {
  readonly samples: number;
  /** From the start of the command to its end, with all reports written. */
  readonly seconds: number;
  /** The most memory that it held, bytes; null where /proc does not tell. */
  readonly peakResidentBytes: number | null;
}

/** `command`: the file that Node is to run as hvbench. Throws where a report fails. */
export async function reportCosts(
  host: HostRecord,
  command: string,
  sizes: readonly number[] = SIZES,
): Promise<ReportCost[]> {
  const costs: ReportCost[] = [];
  for (const samples of sizes) {
    const folder = mkdtempSync(join(tmpdir(), 'hvbench-self-'));
    try {
      writeJournal(join(folder, 'samples.ndjson'), samples, host);
      costs.push({ samples, ...(await timeReport(command, folder)) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return costs;
}

function writeJournal(path: string, samples: number, host: HostRecord): void {
  const file = openSync(path, 'wx');
  try {
    let lines: string[] = [];
    for (const entry of syntheticJournal(samples, host)) {
      lines.push(`${JSON.stringify(entry)}\n`);
      if (lines.length < LINES_A_WRITE) continue;
      writeSync(file, lines.join(''));
      lines = [];
    }
    writeSync(file, lines.join(''));
  } finally {
    closeSync(file);
  }
}

async function timeReport(command: string, folder: string): Promise<Omit<ReportCost, 'samples'>> {
  const began = performance.now();
  const child = spawn(process.execPath, [command, 'report', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let peakResidentBytes: number | null = null;
  const look = setInterval(() => {
    peakResidentBytes = peakOf(child.pid) ?? peakResidentBytes;
  }, LOOK_MS);
  try {
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`a report of synthetic samples ended with ${signal ?? code}`);
    return { seconds: (performance.now() - began) / 1000, peakResidentBytes };
  } finally {
    clearInterval(look);
  }
}

function peakOf(pid: number | undefined): number | null {
  try {
    const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    // It has ended.
    return null;
  }
}
