/** By what a site can be filtered: what each result is about, and numbers for it, so that a thousand rows stay light. */
import { roleOf } from '../../core/model/role.ts';
import { html, type Markup, type Piece } from './html.ts';
import type { Summary } from './summary.ts';

/** Choices of one kind; by what is left out, one searches the list of results. */
const MOST_CHOICES = 200;

/** As the address names them. */
const KINDS = ['hypervisor', 'computer', 'suite'] as const;
type Kind = (typeof KINDS)[number];
export type About = Readonly<Partial<Record<Kind, readonly string[]>>>;

const TITLES: Record<Kind, string> = { hypervisor: 'Hypervisor', computer: 'Computer', suite: 'Suite' };
const COMPUTERS = {
  hardware: 'hardware',
  dom0: 'the first domain of Xen',
  nested: 'itself a virtual machine',
  emulated: 'emulated',
} as const;

/** What some results are about together. */
export function aboutOf(summaries: readonly Summary[]): Required<About> {
  const all = <T>(of: (one: Summary) => readonly T[]) => [...new Set(summaries.flatMap(of))];
  return {
    hypervisor: all(({ hypervisors }) => hypervisors.map(({ id }) => id)),
    computer: all(({ host }) => [host.footing]),
    suite: all(({ suites }) => suites),
  };
}

export class Facets {
  readonly #choices: Required<About>;
  readonly #numbers = new Map<string, number>();

  constructor(summaries: readonly Summary[]) {
    const { hypervisor, computer, suite } = aboutOf(summaries);
    const controlLast = [...hypervisor].sort(
      (a, b) => Number(roleOf(a) === 'control') - Number(roleOf(b) === 'control'),
    );
    this.#choices = {
      hypervisor: controlLast.slice(0, MOST_CHOICES),
      computer: Object.keys(COMPUTERS).filter((one) => computer.includes(one)),
      suite: suite.slice(0, MOST_CHOICES),
    };
    for (const kind of KINDS)
      for (const choice of this.#choices[kind]) this.#numbers.set(key(kind, choice), this.#numbers.size);
  }

  /** For something that stands or falls as a whole: it is shown if it is about all that was chosen. */
  whole(about: About): Markup {
    return html` data-is="${this.#numbersOf(about)}"`;
  }

  /** For a part of a chart or table: it is shown unless it is about something else than was chosen. */
  part(about: About): Markup {
    return html` data-part="${this.#numbersOf(about)}"`;
  }

  #numbersOf(about: About): string {
    return KINDS.flatMap((kind) =>
      (about[kind] ?? []).flatMap((choice) => this.#numbers.get(key(kind, choice)) ?? []),
    ).join(' ');
  }

  /** What is chosen here filters kinds of computer and results, not the verdicts on claims. Hidden until the script of the site shows it. */
  form(): Markup {
    return html`<form class="filter" id="filter" hidden aria-label="Filter">
<span>Show only</span>
${KINDS.map((kind) => this.#select(kind))}<span role="status"></span>
</form>
`;
  }

  #select(kind: Kind): Piece {
    const choices = this.#choices[kind];
    const option = (choice: string) =>
      html`<option value="${choice}" data-number="${this.#numbers.get(key(kind, choice))}">${wordsOf(kind, choice)}</option>`;
    return html`<label>${TITLES[kind]} <select name="${kind}"><option value="">any</option>${choices.map(option)}</select></label>\n`;
  }
}

const key = (kind: Kind, choice: string) => `${kind} ${choice}`;

function wordsOf(kind: Kind, choice: string): string {
  return kind === 'computer' ? COMPUTERS[choice as keyof typeof COMPUTERS] : choice;
}

/** Shows the rows of a table that have all words. Hidden until the script of the site shows it. */
export function searchForm(table: string, label: string, example: string): Markup {
  return html`<form class="filter" data-table="${table}" hidden><label>${label} <input type="search" name="words" placeholder="${example}"></label> <span role="status"></span></form>\n`;
}
