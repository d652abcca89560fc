/** The charts as PNG. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { densityPng } from '../density/chart.ts';
import type { Report } from '../report.ts';
import { distributionPng } from './distribution.ts';
import { overheadPng } from './overhead.ts';

export const chartsReport: Report = {
  name: 'charts',
  files: ['overhead.png', 'distribution.png', 'density.png'],
  async write(result, dir) {
    const written: string[] = [];
    const density = densityPng(result);
    if (density) {
      written.push(join(dir, 'density.png'));
      await writeFile(join(dir, 'density.png'), density);
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
