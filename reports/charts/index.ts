/** The charts as PNG. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consolidationPng } from '../consolidation/chart.ts';
import type { Report } from '../report.ts';
import { distributionPng } from './distribution.ts';
import { overheadPng } from './overhead.ts';

export const chartsReport: Report = {
  name: 'charts',
  files: ['overhead.png', 'distribution.png', 'consolidation.png'],
  async write(result, dir) {
    const written: string[] = [];
    const consolidation = consolidationPng(result);
    if (consolidation) {
      written.push(join(dir, 'consolidation.png'));
      await writeFile(join(dir, 'consolidation.png'), consolidation);
    }
    // Single operations have no chart: their costs span six orders of magnitude.
    if (result.measurements.length === 0) return written;
    const overhead = join(dir, 'overhead.png');
    const distribution = join(dir, 'distribution.png');
    await writeFile(overhead, overheadPng(result));
    await writeFile(distribution, distributionPng(result));
    return [overhead, distribution, ...written];
  },
};
