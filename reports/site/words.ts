/** Words that the pages of a site share. */

import { CLAIMS } from '../../core/judge/claims/claims.ts';
import { count, dateTime, overheadPhrase } from '../../core/present/format.ts';
import type { Verdict } from '../../core/results/schema.ts';
import { bandText, CLAIM_VERDICT_WORDS } from '../verdicts.ts';
import { html, type Markup, type Piece } from './html.ts';
import { claimPage, classPage, hypervisorPage, resultFile, resultPage } from './names.ts';
import type { Judged, Summary } from './summary.ts';

const FOOTINGS = {
  hardware: 'on hardware',
  dom0: 'the first domain of Xen',
  nested: 'itself a virtual machine',
  emulated: 'an emulated CPU: its times mean nothing',
} as const;

type Host = Summary['host'];

const fact = ({ facts }: Host, name: string) => facts.find(([known]) => known === name)?.[1];

/** "AMD EPYC, itself a virtual machine (KVM); guests by kvm_pvm". */
export function computerWords(host: Host): string {
  const under = host.under === null ? '' : ` (${host.under})`;
  const backing = fact(host, 'KVM is backed by');
  const paging = fact(host, 'nested paging');
  const assist =
    backing === undefined || backing === 'unknown'
      ? 'no KVM'
      : `KVM by ${backing}${paging === 'true' ? ', nested paging' : paging === 'false' ? ', shadow paging' : ''}`;
  return `${host.cpu}, ${FOOTINGS[host.footing]}${under}; ${assist}`;
}

export const resultsWords = (of: readonly unknown[]) => count(of.length, 'result');

/** Links from a page in one of the folders (`up` is `../`) or from the front page (`up` is empty). */
export const classLink = (up: string, host: Host): Markup =>
  html`<a href="${up}${classPage(host.classId)}">${computerWords(host)}</a>`;
export const resultLink = (up: string, { id, startedAt }: Summary): Markup =>
  html`<a href="${up}${resultPage(id)}">${dateTime(startedAt)}</a>`;
/** Below a result's date: under what it was measured, if something should be known of that. */
export const conditionsOf = ({ conditions }: Summary): Piece =>
  conditions.length > 0 && html`<span class="also">${conditions.join('; ')}</span>`;
export const hypervisorLink = (up: string, id: string): Markup =>
  html`<a href="${up}${hypervisorPage(id)}">${id}</a>`;
export const claimLink = (up: string, claim: Judged): Markup =>
  html`<a href="${up}${claimPage(claim.key)}">${claim.statement}</a>`;

/** Whoever cites the result: what it is, of when, and how to tell that it is this very one. */
export function citation(summary: Summary): string {
  const { version, startedAt, host, profile, seed, digest, id } = summary;
  return (
    `hvbench ${version}, ${dateTime(startedAt)}, ${host.cpu}, ${host.system}, profile ${profile}, seed ${seed}; ` +
    `${resultFile(id)}, SHA-256 ${digest}.`
  );
}

/** What others have published, by id and words: a stranger may call anything by the id of a known claim. */
const PUBLISHED = new Map(CLAIMS.map(({ id, statement }) => [id, statement]));

export const isPublished = ({ id, statement }: Judged): boolean => PUBLISHED.get(id) === statement;

/** Whose claim it is, and what it rests on. */
export function sourceWords(claim: Judged): string {
  const { source, year, basis, recalled } = claim;
  if (!isPublished(claim))
    return `not among the published claims that hvbench knows; given source: ${source}`;
  const words = [
    ...(year > 0 && !source.includes(String(year)) ? [String(year)] : []),
    ...(basis ? [basis === 'measured' ? 'measured there' : 'advertised, not measured'] : []),
    ...(recalled ? ['quoted from memory'] : []),
  ];
  return [source, ...words].join('; ');
}

export const bandWords = ({ band, figure }: Judged): string => bandText(band, figure);

/** What decides comes first. */
const VERDICTS: readonly Verdict[] = [
  'supported',
  'refuted-above',
  'refuted-below',
  'mixed',
  'undecided',
  'not-testable',
];

/** How often each verdict was given. */
export function tally(verdicts: readonly Verdict[]): Piece {
  const counts = VERDICTS.map(
    (verdict) => [verdict, verdicts.filter((one) => one === verdict).length] as const,
  );
  return counts
    .filter(([, times]) => times > 0)
    .map(
      ([verdict, times]) =>
        html`<span class="tally ${verdict}">${CLAIM_VERDICT_WORDS[verdict]}${verdicts.length > 1 && `: ${times}`}</span> `,
    );
}

/** "+12.3 % [11.9, 12.8]" of a verdict on overhead; of other figures nothing. */
export function judgedFigure({ figure, estimate, low, high }: Judged): string {
  const isOverhead = figure === 'cpu-time' || figure === 'wall-time';
  if (!isOverhead || estimate === null || low === null || high === null) return '–';
  return overheadPhrase({ estimate, low, high });
}
