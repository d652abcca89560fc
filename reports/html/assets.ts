/** Scripts and styles that the page carries inside itself, and the policy that allows only these. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../core/package.ts';
import { attempt } from '../charts/render.ts';

const require = createRequire(import.meta.url);

/**
 * Builds for browsers, beside the packages' CommonJS entries (their `exports` name only the latter), in the
 * order in which they need each other, with the notices that their licences ask for.
 */
const LIBRARIES = [
  { name: 'chart.js', file: 'chart.umd.min.js', notice: 'Chart.js, (c) Chart.js Contributors, MIT License' },
  {
    name: 'chartjs-plugin-annotation',
    file: 'chartjs-plugin-annotation.min.js',
    notice: 'chartjs-plugin-annotation, (c) chartjs-plugin-annotation Contributors, MIT License',
  },
  {
    name: 'chartjs-chart-error-bars',
    file: 'index.umd.min.js',
    notice: 'chartjs-chart-error-bars, (c) 2019-2023 Samuel Gratzl, MIT License',
  },
];

function library({ name, file, notice }: (typeof LIBRARIES)[number]): string {
  const code = attempt(name, () => readFileSync(join(dirname(require.resolve(name)), file), 'utf8'));
  // The map is not carried along, and looking for it would be a request.
  return `/*! ${notice} */\n${code.replace(/^\/\/# sourceMappingURL=.*$/gm, '')}`;
}

/** The page's own script and style: plain files of the package, since only TypeScript is compiled to dist/. */
function own(file: string): string {
  return readFileSync(join(packageRoot(), 'reports', 'html', file), 'utf8');
}

/** Makes JavaScript fit to stand in a script element; inside a string or a regular expression `<\/` is `</`. */
function embeddable(code: string): string {
  return code.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The scripts that draw charts and sort the table; throws NoCharts where the installation lacks one. */
export function loadScripts(): string[] {
  return [...LIBRARIES.map(library), own('client.js')].map(embeddable);
}

/** The style of every page; throws where the installation lacks it. */
export function loadStyle(): string {
  return own('style.css');
}

/** Content-Security-Policy: nothing but these very scripts, this style and images inside the page; no network at all. */
export function policyOf(scripts: readonly string[], style: string, images = false): string {
  return [
    "default-src 'none'",
    ...(scripts.length > 0 ? [`script-src ${scripts.map(hash).join(' ')}`] : []),
    `style-src ${hash(style)}`,
    ...(images ? ['img-src data:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
