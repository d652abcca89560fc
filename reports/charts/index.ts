/** The charts as PNG. */
import { join } from 'node:path';
import { writeWhole } from '../../core/files.ts';
import type { Chart } from '../../core/model/chart.ts';
import { plainDeep } from '../format.ts';
import type { Report } from '../report.ts';
import { sectionsOf } from '../sections.ts';
import { barsPng } from './bars.ts';
import { distributionPng } from './distribution.ts';
import type { Run } from './layout.ts';
import { overheadPng } from './overhead.ts';
import { panelsPng } from './panels.ts';

/** The PNG of a chart; throws NoCharts where what draws cannot be loaded. */
export function chartPng(chart: Chart, run: Run): Buffer {
  const { drawing } = chart;
  return drawing.kind === 'bars' ? barsPng(chart, drawing, run) : panelsPng(chart, drawing, run);
}

export const chartsReport: Report = {
  name: 'charts',
  async write(raw, dir) {
    const result = plainDeep(raw);
    const written: string[] = [];
    const write = (file: string, png: Buffer) => {
      written.push(join(dir, file));
      writeWhole(join(dir, file), png);
    };
    if (result.measurements.length > 0) {
      write('overhead.png', overheadPng(result));
      write('distribution.png', distributionPng(result));
    }
    for (const chart of sectionsOf(result).flatMap(({ charts }) => charts))
      write(chart.file, chartPng(chart, result));
    return written;
  },
};
