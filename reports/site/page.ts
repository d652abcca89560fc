/** What every page of a site has around its content. */
import { packageVersion } from '../../core/package.ts';
import { html, type Markup, type Piece } from './html.ts';

/** Styles and scripts are files of the site; nothing inside a page runs, and nothing outside of the site is loaded. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface Page {
  readonly title: string;
  /** Below the heading. */
  readonly about: Piece;
  readonly main: Piece;
  /** Whether it lies in one of the site's folders. */
  readonly deep?: boolean;
  /** Of the site's scripts; a page is readable without them. */
  readonly scripts?: readonly string[];
}

export function pageOf({ title, about, main, deep = false, scripts = [] }: Page): string {
  const up = deep ? '../' : '';
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}style.css">
<link rel="stylesheet" href="${up}site.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header>
<nav aria-label="Site"><a href="${up}index.html">What virtualization costs</a> <a href="${up}index.html#claims">Claims</a> <a href="${up}index.html#results">Results</a> <a href="${up}compare.html">Compare two</a> <a href="${up}index.html#data">Data</a></nav>
<h1>${title}</h1>
${about}
</header>
<main id="main">
${main}
</main>
<footer><p>Made by hvbench ${packageVersion()} from result files alone. Whoever measured a result answers for it: its page has what to check it by.</p></footer>
${scripts.map((name) => html`<script src="${up}${name}"></script>\n`)}</body>
</html>
`}`;
}

/** A section whose heading names it. */
export function section(id: string, heading: Piece, body: Piece): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
${body}
</section>
`;
}

/** `attributes`: further ones, with a space before each. */
export function folded(title: Piece, body: Piece, attributes?: Piece): Markup {
  return html`<details${attributes}><summary>${title}</summary>
${body}
</details>
`;
}

/** Keeps a table that is too wide for the screen within it: it scrolls, by keyboard too. */
export function scroll(label: string, table: Piece): Markup {
  return html`<div class="scroll" role="region" aria-label="Table: ${label}" tabindex="0">
${table}
</div>
`;
}

export function notes(lines: readonly Piece[]): Piece {
  return lines.length > 0 && html`<ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul>\n`;
}
