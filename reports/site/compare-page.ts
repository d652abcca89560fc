/** The page that compares any two results: its script loads what the site knows of each. */

import { roleOf } from '../../core/model/role.ts';
import { clip, dateTime } from '../../core/present/format.ts';
import { html } from './html.ts';
import { resultFile } from './names.ts';
import { pageOf, section } from './page.ts';
import type { Summary } from './summary.ts';
import { computerWords } from './words.ts';

/** Results that can be chosen from the list; any other by the id in the address. */
const MOST_CHOICES = 2000;

/** What tells it from others of the same day. */
function wordsOf({ hypervisors, conditions, host }: Summary): string {
  const ids = hypervisors.map(({ id }) => id).filter((id) => roleOf(id) === 'guest');
  const what = [...ids, ...conditions].join(', ');
  return `${what && ` (${what})`}: ${computerWords(host)}`;
}

export function comparePageOf(summaries: readonly Summary[]): string {
  const [a, b] = summaries;
  const options = summaries
    .slice(0, MOST_CHOICES)
    .map(
      (one) =>
        html`<option value="${one.id}">${dateTime(one.startedAt)}${clip(wordsOf(one), 110)}</option>\n`,
    );
  return pageOf({
    title: 'Compare two results',
    about: html`<p>Workload by workload: what each hypervisor costs against native in A and in B, with 95 % CIs. The address keeps the choice: copy it to show it to others.</p>\n`,
    scripts: ['compare.js'],
    main: [
      html`<form id="choice" class="filter" hidden>
<label>A <select name="a">
${options}</select></label>
<label>B <select name="b"></select></label>
</form>
<p id="said" role="status"></p>
<div id="compared"></div>
<noscript><p class="warning">This page needs JavaScript. Without it, the command compares as well, and better:</p></noscript>
`,
      section(
        'command',
        'With a verdict',
        html`<p>The command has all samples, so it judges each change by a bootstrap over launches instead of by eye, and all suites rather than workloads alone. In the folder of this site:</p>
<pre tabindex="0"><code>hvbench compare ${a ? resultFile(a.id) : 'A'} ${b ? resultFile(b.id) : 'B'}</code></pre>
<p><code>hvbench exits</code> takes the same files, and shows how often guests left for the hypervisor in each.</p>
`,
      ),
    ],
  });
}
