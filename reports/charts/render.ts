/** Chart.js without a browser: a configuration to a PNG. */
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';

export const FONT = 'DejaVu Sans';

/** Canvas pixels to a chart's unit: sharp on dense screens and in print. */
const DENSITY = 2;

const require = createRequire(import.meta.url);

/** A computer without a screen may have no font at all, and then text is silently left out: bring one. */
function registerFont(): void {
  for (const weight of [400, 700]) {
    const file = require.resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`);
    if (!GlobalFonts.registerFromPath(file)) throw new Error(`the font in ${file} cannot be used`);
  }
}

/** The exports of a package that extends Chart.js. */
export type Load = (name: string) => Record<string, ChartComponentLike>;

/** Each canvas gets a Chart.js of its own, and an extension is only accepted if it was loaded against that one. */
function loadFresh(name: string): ReturnType<Load> {
  delete require.cache[require.resolve(name)];
  return require(name);
}

/**
 * The PNG of a chart on white, `width` by `height` units of two pixels each. `components` gives what is to be
 * registered beside Chart.js itself and the annotations.
 */
export function renderPng(
  configuration: ChartConfiguration,
  size: { readonly width: number; readonly height: number },
  components: (load: Load) => ChartComponentLike[],
): Buffer {
  registerFont();
  const canvas = new ChartJSNodeCanvas({
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
