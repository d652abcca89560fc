/** The charts as PNG. */
import { join } from 'node:path';
import { writeWhole } from '../../core/files.ts';
import { bootPng } from '../boot/chart.ts';
import { consolidationPng } from '../consolidation/chart.ts';
import { densityPng } from '../density/chart.ts';
import type { Report } from '../report.ts';
import { distributionPng } from './distribution.ts';
import { overheadPng } from './overhead.ts';

export const chartsReport: Report = {
  name: 'charts',
  files: ['overhead.png', 'distribution.png', 'boot.png', 'consolidation.png', 'density.png'],
  async write(result, dir) {
    const written: string[] = [];
    const studies = {
      'boot.png': bootPng(result),
      'consolidation.png': consolidationPng(result),
      'density.png': densityPng(result),
    };
    for (const [name, png] of Object.entries(studies)) {
      if (!png) continue;
      written.push(join(dir, name));
      writeWhole(join(dir, name), png);
    }
    // Single operations have no chart: their costs span six orders of magnitude.
    if (result.measurements.length === 0) return written;
    const overhead = join(dir, 'overhead.png');
    const distribution = join(dir, 'distribution.png');
    writeWhole(overhead, overheadPng(result));
    writeWhole(distribution, distributionPng(result));
    return [overhead, distribution, ...written];
  },
};
