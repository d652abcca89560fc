/** What is broken in a page of a site: nothing in it may be markup that the builder did not write. */

const VOID = new Set(['meta', 'link', 'input', 'line', 'circle']);
const KNOWN = new Set(
  (
    'html head title body a header nav h1 h2 h3 p main section details summary figure figcaption svg desc text tspan g ' +
    'table thead tbody tr th td ul li div span dl dt dd article q b code pre form label select option footer script ' +
    'noscript'
  )
    .split(' ')
    .concat(...VOID),
);
/** A tag with attributes in double quotes, or without a value. */
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z0-9-]+(?:="[^"<>]*")?)*)\s*(\/?)>$/;
const ATTRIBUTE = /([a-zA-Z0-9-]+)(?:="([^"]*)")?/g;
const SCRIPTS = new Set(['site.js', '../site.js', 'compare.js']);
const TARGET = /^(\.\.\/)?([a-z]+\/)?[0-9a-z-]+\.(html|json|csv|css)(#[a-z0-9=]+)?$|^#[a-z]+$|^data:,$/;

/** Empty if there is nothing. */
export function problemsOf(page: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  const body = page.replace(/^<!doctype html>\n/, '');
  for (const [tag] of body.matchAll(/<[^>]*>?/g)) {
    const [, end, name = '', attributes = '', closed] = TAG.exec(tag) ?? [];
    if (!KNOWN.has(name)) problems.push(`tag ${tag}`);
    else if (end) {
      const last = open.pop();
      if (last !== name) problems.push(`</${name}> ends ${last}`);
    } else if (!closed && !VOID.has(name)) open.push(name);
    for (const [, key = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      if (/^on|^style$/.test(key)) problems.push(`attribute ${key}`);
      if (key === 'href' && !TARGET.test(value)) problems.push(`link ${value}`);
      if (key === 'src' && !SCRIPTS.has(value)) problems.push(`source ${value}`);
      if (key !== 'id') continue;
      if (ids.has(value)) problems.push(`id ${value} twice`);
      ids.add(value);
    }
  }
  if (open.length > 0) problems.push(`open: ${open.join(' ')}`);
  const text = body.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, '');
  if (/[<>&]/.test(text)) problems.push('text with a bare <, > or &');
  if (/NaN|undefined|\[object|Infinity/.test(text)) problems.push('a figure that is none');
  return problems;
}
