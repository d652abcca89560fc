/** What `hvbench report` takes, by the number of samples: of runs that are made up, from their journals. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostRecord } from '../results/schema.ts';
import { type NodeCost, timeNode } from './self-node.ts';
import { syntheticJournal } from './synthetic-journal.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const LIMIT_MS = 120_000;
const LINES_A_WRITE = 2000;

/** Of the command, with all reports written. */
export interface ReportCost extends NodeCost {
  readonly samples: number;
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
      costs.push({
        samples,
        ...(await timeNode([command, 'report', folder], LIMIT_MS, 'a report of synthetic samples')),
      });
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
