/** The charts as PNG. */
import { join } from 'node:path';
import { writeWhole } from '../../core/files.ts';
import type { Chart } from '../../core/model/chart.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Report } from '../report.ts';
import { sectionsOf } from '../sections.ts';
import { barsPng } from './bars.ts';
import { distributionPng } from './distribution.ts';
import type { RunOrigin } from './layout.ts';
import { overheadPng } from './overhead.ts';
import { panelsPng } from './panels.ts';

/** The PNG of a chart; throws NoCharts where what draws cannot be loaded. */
export function chartPng(chart: Chart, run: RunOrigin): Buffer {
  const { drawing } = chart;
  switch (drawing.kind) {
    case 'bars':
      return barsPng(chart, drawing, run);
    case 'panels':
      return panelsPng(chart, drawing, run);
    case 'intervals':
      return overheadPng(chart, drawing, run);
    case 'rounds':
      return distributionPng(chart, drawing, run);
  }
}

export const chartsReport: Report = {
  name: 'charts',
  async write(raw, dir, suites) {
    const result = plainDeep(raw);
    return sectionsOf(result, suites)
      .flatMap(({ charts }) => charts)
      .map((chart) => {
        const path = join(dir, chart.file);
        writeWhole(path, chartPng(chart, result));
        return path;
      });
  },
};
