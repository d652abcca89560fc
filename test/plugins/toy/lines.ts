/** A report: a line for each overhead that was measured. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from 'hvbench';

export const lines: Report = {
  name: 'lines',
  async write({ measurements }, folder) {
    const path = join(folder, 'overhead.txt');
    const text = measurements.flatMap(({ suite, workload, isa, hypervisor, overhead }) =>
      overhead
        ? [`${suite}/${workload} ${isa} ${hypervisor} ${(overhead.estimate * 100).toFixed(2)} %\n`]
        : [],
    );
    await writeFile(path, text.join(''));
    return [path];
  },
};
