/** Sites of made-up results. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComputerRecord, Result } from '../../../core/results/schema.ts';
import { SiteBuilder } from '../../../reports/site/build.ts';
import { sha256 } from '../../../reports/site/names.ts';
import { suites } from '../../../suites/index.ts';
import { computerLike } from '../../other-computer.ts';

/** Builds or updates a site, as the command does for files with these results. */
export function build(out: string, results: readonly Result[]) {
  const builder = new SiteBuilder(out, suites);
  let made = 0;
  for (const result of results) {
    const source = sha256(JSON.stringify(result));
    const known = builder.known(source);
    if (known) builder.keep(source, known);
    else if (builder.add(source, result).isNew) made++;
  }
  return { made, ...builder.finish() };
}

/** All files by their path within the site. */
export function filesOf(site: string): Map<string, string> {
  const names = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  return new Map(names.sort().map((name) => [name, readFileSync(join(site, name), 'utf8')]));
}

/** The same, but what is in each as a digest: what differs is told in a line. */
export function digestsOf(site: string): Record<string, string> {
  return Object.fromEntries([...filesOf(site)].map(([name, text]) => [name, sha256(text)]));
}

export function pagesOf(site: string): [string, string][] {
  return [...filesOf(site)].filter(([name]) => name.endsWith('.html'));
}

/** The same result, whose machine `id` was on another computer, with this CPU. */
export function measuredOn(model: string, result: Result, id = 'kvm'): Result {
  const computer: ComputerRecord = {
    ...computerLike(result.host, model),
    outerHypervisor: { hypervisor: 'VMware', evidence: ['synthetic evidence'] },
  };
  return {
    ...result,
    hypervisors: result.hypervisors.map((one) => (one.id === id ? { ...one, computer } : one)),
  };
}
