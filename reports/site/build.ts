/** Writes a site, result by result; of each only a summary stays in memory. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../core/files.ts';
import { roleOf } from '../../core/model/role.ts';
import { packageRoot, packageVersion } from '../../core/package.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';
import type { KeptSuite } from '../../core/results/suite-records.ts';
import { embeddedJson } from '../embedded-json.ts';
import { claimPageOf, claimsOver } from './claims.ts';
import { comparePageOf } from './compare-page.ts';
import { meansCsv, writeSummaries, writeWorkloads } from './data.ts';
import { classPageOf, hypervisorPageOf } from './group-pages.ts';
import { hostGroups } from './groups.ts';
import { indexPageOf } from './index-page.ts';
import { digestScript, MANIFEST, type Manifest, readDigest, readManifest } from './manifest.ts';
import {
  claimPage,
  classPage,
  digestFile,
  FOLDERS,
  hypervisorPage,
  resultFile,
  resultPage,
  sha256,
} from './names.ts';
import { publishedCopy } from './published-copy.ts';
import { resultPageOf } from './result-page.ts';
import { digestOf } from './summarize.ts';
import { digestSchema, type Summary } from './summary.ts';

/** Counts up when pages change otherwise than by the version or the files below. */
const EDITION = 3;
const ASSETS = ['site.css', 'site.js', 'compare.js'] as const;

const asset = (...path: string[]) => readFileSync(join(packageRoot(), 'reports', ...path));

/** The same results make the same manifest, in whatever order they were named. */
const sorted = (results: Manifest['results']): Manifest['results'] =>
  Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));

const controlLast = (ids: readonly string[]) =>
  [...ids].sort((a, b) => Number(roleOf(a) === 'control') - Number(roleOf(b) === 'control'));

export class SiteBuilder {
  readonly #out: string;
  readonly #suites: readonly KeptSuite[];
  readonly #builder: string;
  readonly #before: Manifest['results'];
  readonly #kept: Manifest['results'] = {};
  readonly #summaries = new Map<string, Summary>();
  readonly #written = new Set<string>();

  /** Makes the folder. Throws the system's error where it cannot be written. */
  constructor(out: string, suites: readonly KeptSuite[]) {
    this.#out = out;
    this.#suites = suites;
    this.#builder = sha256(
      JSON.stringify([
        ...[EDITION, packageVersion(), suites.map(({ name }) => name)],
        ...ASSETS.map((name) => sha256(asset('site', name))),
        sha256(asset('html', 'style.css')),
      ]),
    );
    const manifest = readManifest(out);
    this.#before = manifest?.builder === this.#builder ? manifest.results : {};
    for (const folder of FOLDERS) mkdirSync(join(out, folder), { recursive: true });
  }

  /** What an earlier build made of a file with this SHA-256; null if that is not there, or no longer all of it. */
  known(source: string): Summary | null {
    const id = Object.hasOwn(this.#before, source) ? this.#before[source] : undefined;
    if (
      id === undefined ||
      ![resultPage(id), resultFile(id)].every((file) => existsSync(join(this.#out, file)))
    )
      return null;
    return readDigest(this.#out, id)?.summary ?? null;
  }

  /** Keeps the pages of what is known of a file. */
  keep(source: string, summary: Summary): void {
    this.#take(source, summary);
  }

  /** Writes the pages of a result whose file has this SHA-256; new unless it is there twice. Throws the system's error where one cannot be written. */
  add(source: string, result: Result): { readonly isNew: boolean } {
    const copy = publishedCopy(result);
    const json = `${JSON.stringify(copy)}\n`;
    const digest = sha256(json);
    const id = digest.slice(0, 16);
    const isNew = !this.#summaries.has(id);
    const plain = plainDeep(copy);
    // As it will be read back: the same site, whether its pages are made or kept.
    const known = digestSchema.parse(digestOf(plain, { id, digest }));
    this.#write(resultPage(id), resultPageOf(plain, known.summary, this.#suites));
    this.#write(resultFile(id), json);
    this.#write(digestFile(id), digestScript(embeddedJson(known)));
    this.#take(source, known.summary);
    return { isNew };
  }

  #take(source: string, summary: Summary): void {
    const { id } = summary;
    this.#kept[source] = id;
    this.#summaries.set(id, summary);
    for (const file of [resultPage(id), resultFile(id), digestFile(id)]) this.#written.add(file);
  }

  /** Writes all pages that are about more than one result, and removes those of results that are gone. */
  finish(): { readonly results: number; readonly removed: number } {
    const summaries = [...this.#summaries.values()].sort(
      (a, b) => b.startedAt.localeCompare(a.startedAt) || a.id.localeCompare(b.id),
    );
    const groups = hostGroups(summaries);
    const claims = claimsOver(summaries);
    const hypervisors = controlLast([
      ...new Set(groups.flatMap(({ cells }) => cells.map(({ hypervisor }) => hypervisor))),
    ]);
    for (const group of groups) this.#write(classPage(group.classId), classPageOf(group));
    for (const id of hypervisors) this.#write(hypervisorPage(id), hypervisorPageOf(id, groups));
    for (const claim of claims) this.#write(claimPage(claim.claim.key), claimPageOf(claim));
    this.#write('index.html', indexPageOf({ summaries, groups, claims, hypervisors }));
    this.#write('compare.html', comparePageOf(summaries));
    this.#write('style.css', asset('html', 'style.css'));
    for (const name of ASSETS) this.#write(name, asset('site', name));
    writeWorkloads(join(this.#out, 'data.csv'), this.#digests(summaries));
    this.#write('means.csv', meansCsv(summaries));
    writeSummaries(join(this.#out, 'data.json'), summaries);
    const manifest: Manifest = {
      schema: 'hvbench/site@1',
      builder: this.#builder,
      results: sorted(this.#kept),
    };
    writeWhole(join(this.#out, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    return { results: summaries.length, removed: this.#removeOthers() };
  }

  *#digests(summaries: readonly Summary[]) {
    for (const { id } of summaries) {
      const digest = readDigest(this.#out, id);
      if (digest) yield digest;
    }
  }

  #write(file: string, content: string | Uint8Array): void {
    const path = join(this.#out, file);
    try {
      writeFileSync(path, content);
    } catch (error) {
      throw Object.assign(error as Error, { path });
    }
    this.#written.add(file);
  }

  /** Gives how many results are gone. */
  #removeOthers(): number {
    let removed = 0;
    for (const folder of FOLDERS)
      for (const name of readdirSync(join(this.#out, folder))) {
        if (this.#written.has(`${folder}/${name}`) || !/^[0-9a-f]+\.(html|json|js)$/.test(name)) continue;
        rmSync(join(this.#out, folder, name));
        if (folder === 'digest') removed++;
      }
    return removed;
  }
}
