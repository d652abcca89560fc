/** A report: a line for each overhead that was measured. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from 'hvbench';

export const lines: Report = {
  name: 'lines',
  async write({ measurements }, folder) {
    const text = measurements.flatMap(({ suite, workload, isa, hypervisor, overhead }) =>
      overhead
        ? [`${suite}/${workload} ${isa} ${hypervisor} ${(overhead.estimate * 100).toFixed(2)} %\n`]
        : [],
    );
    if (text.length === 0) return [];
    const path = join(folder, 'overhead.txt');
    await writeFile(path, text.join(''));
    return [path];
  },
};
