/** `hvbench site DIR|FILE… --out SITE`: a comparison of many results to publish. */
import { join } from 'node:path';
import { buildSite, type SiteOptions } from '../library/site.ts';
import { count } from '../present/format.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type ConfigFlag, partsFor } from './parts.ts';
import { printable } from './printable.ts';

export interface SiteFlags extends SiteOptions, ConfigFlag {
  readonly json?: boolean;
}

/** Throws UserError as `buildSite` does. A result that is left out is a finding. */
export async function site(paths: readonly string[], flags: SiteFlags): Promise<ExitCode> {
  const outcome = buildSite(paths, flags, await partsFor(flags));
  const { out, results, made, removed, left } = outcome;
  for (const { path, reason } of left)
    process.stderr.write(
      `${printable(`not in the site: ${reason.includes(path) ? reason : `${path}: ${reason}`}`)}\n`,
    );
  const changes = [`${made} new`, ...(removed > 0 ? [`${removed} removed`] : [])].join(', ');
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(outcome, null, 2)}\n`
      : `${printable(`Site of ${count(results, 'result')} (${changes}): open ${join(out, 'index.html')}`)}\n`,
  );
  return left.length > 0 ? exitCodes.finding : exitCodes.done;
}
