/** What every page has around its content: one file that opens offline and asks the network for nothing. */
import { htmlEscape } from 'escape-goat';
import { loadStyle, policyOf } from './assets.ts';

export interface Page {
  readonly title: string;
  readonly heading: string;
  /** Stands below the heading. */
  readonly about: string;
  /** Where the first link leads those who go by keyboard: the id of an element, and what it is. */
  readonly skip: { readonly id: string; readonly what: string };
  /** Sections as HTML; everything else here is plain text. */
  readonly main: string;
  readonly footer: string;
  /** HTML that the scripts read, after everything that is shown. */
  readonly data?: string;
  /** Only these run. */
  readonly scripts?: readonly string[];
}

/** The whole page as HTML. */
export function pageHtml({
  title,
  heading,
  about,
  skip,
  main,
  footer,
  data = '',
  scripts = [],
}: Page): string {
  const style = loadStyle();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(scripts, style, main.includes('<img '))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlEscape(title)}</title>
<style>${style}</style>
</head>
<body>
${htmlEscape`<a class="skip" href="#${skip.id}">Skip to ${skip.what}</a>`}
<header>
<h1>${htmlEscape(heading)}</h1>
<p>${htmlEscape(about)}</p>
</header>
<main>
${main}
</main>
<footer><p>${htmlEscape(footer)}</p></footer>
${[data, ...scripts.map((script) => `<script>${script}</script>`)].join('\n')}
</body>
</html>
`;
}

/** A section whose heading names it. */
export function sectionHtml(id: string, heading: string, body: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
${body}
</section>`;
}

/** Shows its title alone until it is opened; both are HTML. */
export function foldedHtml(title: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>
${body}
</details>`;
}

/** Keeps a table that is too wide for the screen within it: it scrolls, by keyboard too. */
export function scrollHtml(labelledBy: string, table: string): string {
  return `<div class="scroll" role="region" aria-labelledby="${labelledBy}" tabindex="0">
${table}
</div>`;
}
