/** Every figure for other programs, a file for each kind. */
import { join } from 'node:path';
import { writeWhole } from '../core/files.ts';
import { plainDeep } from '../core/present/format.ts';
import { csvBytes } from './csv-table.ts';
import type { Report } from './report.ts';
import { sectionsOf } from './sections.ts';

export const csvReport: Report = {
  name: 'csv',
  async write(raw, dir, suites) {
    const sections = sectionsOf(plainDeep(raw), suites);
    return sections
      .flatMap(({ files }) => files)
      .map((file) => {
        const path = join(dir, file.file);
        writeWhole(path, csvBytes(file));
        return path;
      });
  },
};
