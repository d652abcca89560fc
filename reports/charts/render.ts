/** Chart.js without a browser: a configuration to a PNG. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import { UnmakeableError } from '../../core/errors.ts';

export const FONT = 'DejaVu Sans';

/** Canvas pixels to a chart's unit: sharp on dense screens and in print. */
const DENSITY = 2;

const require = createRequire(import.meta.url);

/** What draws: native code for each platform, which an installation may lack. */
interface Libraries {
  readonly ChartJSNodeCanvas: typeof import('chartjs-node-canvas')['ChartJSNodeCanvas'];
  readonly GlobalFonts: typeof import('@napi-rs/canvas')['GlobalFonts'];
}

/** What draws is not installed, or not for this computer: it costs the charts, and nothing else. */
export class NoCharts extends UnmakeableError {}

let libraries: Libraries | undefined;

/** Loaded by the first chart alone, since most commands draw none. Throws NoCharts where they cannot be. */
function loadLibraries(): Libraries {
  const load = (name: string) => attempt(name, () => require(name) as Libraries);
  libraries ??= withoutHome(() => {
    const { GlobalFonts } = load('@napi-rs/canvas');
    const { ChartJSNodeCanvas } = load('chartjs-node-canvas');
    const theirs = createRequire(require.resolve('chartjs-node-canvas'));
    attempt('canvas', () => theirs('canvas'));
    attempt('chart.js', () => theirs.resolve('chart.js/auto'));
    return { ChartJSNodeCanvas, GlobalFonts };
  });
  return libraries;
}

/** What `load` gives; throws NoCharts where the package of that name cannot be loaded. */
export function attempt<T>(name: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    const [why = ''] = (error as Error).message.split('\n', 1);
    throw new NoCharts(`no chart can be drawn, since ${name} cannot be loaded: ${why}`);
  }
}

/** The canvas looks for fonts in the user's home, and fails where there is none: it does not need any of these. */
function withoutHome<T>(load: () => T): T {
  const OFF = 'DISABLE_SYSTEM_FONTS_LOAD';
  const before = process.env[OFF];
  if (!hasHome()) process.env[OFF] = '1';
  try {
    return load();
  } finally {
    if (before === undefined) delete process.env[OFF];
    else process.env[OFF] = before;
  }
}

function hasHome(): boolean {
  try {
    homedir();
    return true;
  } catch {
    return false;
  }
}

/** A computer without a screen may have no font at all, and then text is silently left out: bring one. */
function registerFont({ GlobalFonts }: Libraries): void {
  for (const weight of [400, 700]) {
    const file = require.resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`);
    if (!GlobalFonts.registerFromPath(file)) throw new Error(`the font in ${file} cannot be used`);
  }
}

/** The exports of a package that extends Chart.js. */
export type Load = (name: string) => Record<string, ChartComponentLike>;

/** Each canvas gets a Chart.js of its own, and an extension is only accepted if it was loaded against that one. */
function loadFresh(name: string): ReturnType<Load> {
  return attempt(name, () => {
    delete require.cache[require.resolve(name)];
    return require(name);
  });
}

/**
 * The PNG of a chart on white, `width` by `height` units of two pixels each. `components` gives what is to be
 * registered beside Chart.js itself and the annotations. Throws NoCharts where what draws cannot be loaded.
 */
export function renderPng(
  configuration: ChartConfiguration,
  size: { readonly width: number; readonly height: number },
  components: (load: Load) => ChartComponentLike[],
): Buffer {
  const loaded = loadLibraries();
  registerFont(loaded);
  const canvas = new loaded.ChartJSNodeCanvas({
    ...size,
    backgroundColour: 'white',
    chartCallback: (chart) => {
      chart.register(loadFresh('chartjs-plugin-annotation') as unknown as ChartComponentLike);
      chart.register(...components(loadFresh));
      chart.defaults.font.family = FONT;
      chart.defaults.font.size = 13;
      chart.defaults.color = '#222222';
    },
  });
  return canvas.renderToBufferSync({
    ...configuration,
    options: { ...configuration.options, devicePixelRatio: DENSITY },
  });
}
