/** The suites that have a method of their own: a table of who measures which. */
import type { Study } from '../model/suite.ts';
import { measureBoot } from './boot/boot.ts';
import { measureConsolidation } from './consolidation/index.ts';
import { measureDensity } from './density/index.ts';
import type { StudiesOptions, StudyOptions } from './study.ts';

const studies: Record<Study, (options: StudyOptions) => Promise<void>> = {
  boot: measureBoot,
  consolidation: measureConsolidation,
  density: measureDensity,
};

/** Measures the studies of a plan one after another, and appends what they find to the journal. */
export async function measureStudies(options: StudiesOptions): Promise<void> {
  for (const planned of options.plan.studies) {
    if (options.signal.aborted) return;
    await studies[planned.study]({ ...options, planned });
  }
}
