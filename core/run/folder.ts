/** Where a run's files go unless it is told. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../results/folder.ts';

/** A folder of its own even for the second run of a second; none is made where that cannot be, which is told later. */
export function freshFolder(date: Date): string {
  const first = join('results', timestamp(date));
  for (let number = 1; ; number++) {
    const folder = number === 1 ? first : `${first}-${number}`;
    try {
      makeFolder('results');
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return folder;
    }
  }
}

/** 2026-11-23T20-15-00Z: sorts by time, and is a file name everywhere. */
function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}
