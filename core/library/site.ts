/** A site of many results. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SiteBuilder } from '../../reports/site/build.ts';
import { MANIFEST } from '../../reports/site/manifest.ts';
import { sha256 } from '../../reports/site/names.ts';
import { UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { parseTextOf } from '../results/folder.ts';
import { publicationOfResult } from '../results/publication.ts';
import { parseResult } from '../results/read-result.ts';
import type { Parts } from '../run/parts.ts';
import { othersResultText } from './others-result.ts';
import { resultFilesIn } from './site-files.ts';

export interface SiteOptions {
  /** The folder of the site: a new one, an empty one, or that of an earlier build. */
  readonly out: string;
  /** Whether those whose licence restricts publishing have approved it; no where left out. */
  readonly approved?: boolean | undefined;
}

export interface SiteOutcome {
  readonly out: string;
  /** In the site now. */
  readonly results: number;
  /** Of these, made by this build; the pages of the others were there. */
  readonly made: number;
  /** Results of the earlier build that are gone. */
  readonly removed: number;
  /** What is not in the site, and why, in a line each. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Builds or updates a site of the results in these files and folders. What cannot be read, or may not be published, is
 * left out and named. Throws UserError if nothing is left, a path leads nowhere, or the site cannot be written.
 */
export function buildSite(
  paths: readonly string[],
  { out, approved = false }: SiteOptions,
  { suites }: Pick<Parts, 'suites'>,
): SiteOutcome {
  checkFolder(out);
  const files = resultFilesIn(paths, out);
  if (files.length === 0)
    throw new UserError(`no result.json in ${paths.join(', ')}: name folders that hvbench run wrote`);
  const left: { path: string; reason: string }[] = [];
  let made = 0;
  let builder: SiteBuilder | undefined;
  const site = () => {
    builder ??= writing(out, () => new SiteBuilder(out, suites));
    return builder;
  };
  for (const path of files) {
    try {
      const text = othersResultText(path, 'a site does not show');
      const source = sha256(text);
      // Each time anew: what was approved yesterday may not be today.
      const known = builder || existsSync(join(out, MANIFEST)) ? site().known(source) : null;
      const result = known ? null : parseTextOf(path, text, (content) => parseResult(content, suites));
      const restricted = known ? known.publication : result && publicationOfResult(result);
      if (restricted && !approved)
        left.push({
          path,
          reason: `${restricted.restriction} Add --approved if they did (${restricted.source})`,
        });
      else if (result) {
        const target = site();
        if (writing(out, () => target.add(source, result)).isNew) made++;
      } else if (known) site().keep(source, known);
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof CannotWrite) throw error;
      left.push({ path, reason: error.message });
    }
  }
  if (left.length === files.length) {
    const [first] = left;
    throw new UserError(
      `nothing to make a site of: ${first?.path}: ${first?.reason}${left.length > 1 ? ` (and ${left.length - 1} more)` : ''}`,
    );
  }
  const target = site();
  return { out, made, left, ...writing(out, () => target.finish()) };
}

class CannotWrite extends UserError {}

function writing<T>(out: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { path, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CannotWrite(
      `cannot write ${path ?? out}: ${reasonOf(error)}; choose another --out, or free up space`,
    );
  }
}

/** Throws UserError if there is something else than a site: what a build removes must be its own. */
function checkFolder(out: string): void {
  let names: string[];
  try {
    names = readdirSync(out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new UserError(`cannot write ${out}: ${reasonOf(error)}; choose another --out`);
  }
  if (names.length > 0 && !names.includes(MANIFEST))
    throw new UserError(`${out} holds files that are no site of hvbench: choose another --out, or empty it`);
}
