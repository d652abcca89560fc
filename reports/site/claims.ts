/** What became of each claim over all results. */
import { groupBy } from '../../core/group-by.ts';
import { BY_WALL_TIME } from '../../core/judge/claims/wall-time.ts';
import { searchForm } from './facets.ts';
import { leftOut } from './group-pages.ts';
import { html, type Piece } from './html.ts';
import { machineKey, machineNames, whereOf } from './machines.ts';
import { notes, pageOf, section } from './page.ts';
import type { Judged, Summary } from './summary.ts';
import { type Td, tableOf } from './tables.ts';
import {
  bandWords,
  claimLink,
  classLink,
  isPublished,
  judgedFigure,
  resultLink,
  sourceWords,
  tally,
} from './words.ts';

/** Rows of a page; data.json has all. */
const MOST_ROWS = 2000;
const MOST_CLAIMS = 300;

export interface ClaimOverAll {
  readonly claim: Judged;
  readonly judged: readonly { readonly by: Summary; readonly claim: Judged }[];
}

/** Published ones first, in the order of the first result that has each. */
export function claimsOver(summaries: readonly Summary[]): ClaimOverAll[] {
  const all = summaries.flatMap((by) => by.claims.map((claim) => ({ by, claim })));
  return [...groupBy(all, ({ claim }) => claim.key).values()]
    .flatMap((judged): ClaimOverAll[] => (judged[0] ? [{ claim: judged[0].claim, judged }] : []))
    .sort((a, b) => Number(isPublished(b.claim)) - Number(isPublished(a.claim)));
}

/** The figures of others stand in the second column, those of these results in the third. */
export function claimsTable(claims: readonly ClaimOverAll[], up: string): Piece {
  if (claims.length === 0) return html`<p>No claim was judged in any result.</p>\n`;
  const rows = claims
    .slice(0, MOST_CLAIMS)
    .map(({ claim, judged }) => [
      html`${claimLink(up, claim)} <span class="also">${sourceWords(claim)}</span>`,
      bandWords(claim),
      tally(judged.map((one) => one.claim.verdict)),
    ]);
  return [
    tableOf('claim-table', 'Claims', ['claim of others', 'claimed', 'verdicts of these results'], rows),
    leftOut(claims.length - rows.length),
    notes([
      'A verdict is of one hypervisor on one suite in one result. What nobody could measure is not testable there.',
    ]),
  ];
}

/** Whether it was judged by another clock than that of the claim. */
const clockOf = ({ scope }: Judged): string => (scope.endsWith(BY_WALL_TIME) ? `, ${BY_WALL_TIME}` : '');

/** Every verdict on one claim, by hypervisor. */
export function claimPageOf({ claim, judged }: ClaimOverAll): string {
  const tested = judged.filter((one) => one.claim.verdict !== 'not-testable');
  const names = machineNames(tested.map((one) => one.claim));
  const keyOf = (one: Judged) => `${machineKey(one)} ${clockOf(one)}`;
  const byHypervisor = [...groupBy(tested, (one) => keyOf(one.claim)).values()].flatMap((own) =>
    own.slice(0, 1).map(({ claim: one }) => {
      const name = names.get(machineKey(one)) ?? one.hypervisor;
      return [
        html`${name}${clockOf(one)}${whereOf(one, name !== one.hypervisor)}`,
        tally(own.map(({ claim }) => claim.verdict)),
      ];
    }),
  );
  const rows = tested
    .slice(0, MOST_ROWS)
    .map(({ by, claim: one }) => [
      resultLink('../', by),
      html`${names.get(machineKey(one)) ?? one.hypervisor}${whereOf(one)}`,
      one.scope,
      tally([one.verdict]),
      { content: judgedFigure(one), number: true } satisfies Td,
      { content: classLink('../', by.host), wide: true } satisfies Td,
    ]);
  const untested = judged.length - tested.length;
  return pageOf({
    title: claim.statement,
    deep: true,
    scripts: ['site.js'],
    about: html`<p>Claimed: ${bandWords(claim)} ${claim.figure.replace('-', ' ')}. Source: ${sourceWords(claim)}.</p>\n`,
    main: [
      section('verdicts', 'Verdicts of these results', [
        tested.length === 0
          ? html`<p>No result could test it.</p>\n`
          : tableOf('by-hypervisor', 'Verdicts by hypervisor', ['hypervisor', 'verdicts'], byHypervisor),
        notes(
          untested > 0
            ? [`Not testable: ${untested} times, where there was no such hypervisor or figure.`]
            : [],
        ),
      ]),
      tested.length > 0 &&
        section('each', 'Each of them', [
          searchForm('each-table', 'Show verdicts with', 'kvm supported'),
          tableOf(
            'each-table',
            'Each verdict',
            [
              'measured',
              'hypervisor',
              'on',
              'verdict',
              { text: 'measured here', number: true },
              'kind of computer',
            ],
            rows,
          ),
          leftOut(tested.length - rows.length),
        ]),
    ],
  });
}
