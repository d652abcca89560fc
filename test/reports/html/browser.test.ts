/** The page in a real browser, from a file, without a network. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../../reports/html/index.ts';
import { suites } from '../../../suites/index.ts';
import { requireOrSkip } from '../../require.ts';
import { fixtureResult, HOSTILE } from '../fixture.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

describe.skipIf(requireOrSkip('chromium', existsSync(executablePath)))('report.html in Chromium', () => {
  let browser: Browser;
  let dir: string;
  let url: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hvbench-html-'));
    const [path = ''] = await htmlReport.write(fixtureResult(), dir, suites);
    url = pathToFileURL(path).href;
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Opens the page, hands it over, and checks that it complained of nothing and asked for nothing. */
  async function visit(
    options: BrowserContextOptions,
    check: (page: Page) => Promise<void>,
    address = url,
  ): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
    await check(page);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([address]);
    await context.close();
  }

  /** How many pixels of each chart are neither transparent nor background. */
  const drawnPixels = (page: Page) =>
    page.$$eval('canvas', (canvases) =>
      canvases.map((canvas) => {
        // Read from a copy: Chromium warns of canvases that are read more than once.
        const copy = canvas.cloneNode().getContext('2d');
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value: number, index: number) => index % 4 === 3 && value > 0).length;
      }),
    );

  /** All that is folded away, as a reader opens it. */
  const unfold = (page: Page) =>
    page.$$eval('details', (all) => {
      for (const one of all) one.open = true;
    });

  const column = (page: Page, index: number) =>
    page.$$eval(
      '#measurements tbody tr',
      (rows, cell) => rows.filter((row) => !row.hidden).map((row) => row.cells[cell].textContent),
      index,
    );

  test('a run of operations alone is a page as well, wide tables scrolling within it', async () => {
    const operations = fixtureResult({ operations: true });
    const alone = { ...operations, measurements: [], suites: [], claims: [] };
    const folder = await mkdtemp(join(dir, 'operations-'));
    const [path = ''] = await htmlReport.write(alone, folder, suites);
    await visit(
      { viewport: { width: 380, height: 800 } },
      async (page) => {
        expect(await page.locator('h3', { hasText: 'Privileged operations' }).count()).toBe(2);
        expect(await page.locator('canvas').count()).toBe(0);
        expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
        const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(wide)).toBe(0);
        expect(
          await page.locator(await page.locator('a.skip').getAttribute('href').then(String)).count(),
        ).toBe(1);
      },
      pathToFileURL(path).href,
    );
  });

  test('draws every chart once it is shown, and hostile names are inert text', async () => {
    await visit({}, async (page) => {
      const first = await drawnPixels(page);
      expect(first).toHaveLength(4);
      expect(first[0]).toBeGreaterThan(5000);
      await unfold(page);
      await expect.poll(async () => Math.min(...(await drawnPixels(page)))).toBeGreaterThan(5000);
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await column(page, 0)).toContain(HOSTILE.markup);
    });
  });

  test('sorts by keyboard, says so, and keeps what has no figure at the end', async () => {
    await visit({}, async (page) => {
      await unfold(page);
      const head = page.locator('#measurements thead th', { hasText: /^Overhead$/ });
      await head.locator('button').focus();
      await page.keyboard.press('Enter');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      const figures = () =>
        page.$$eval('#measurements tbody tr', (rows) => rows.map((row) => row.cells[2].dataset.order));
      const ascending = await figures();
      const numbers = ascending.filter((value) => value !== undefined).map(Number);
      expect(numbers.length).toBeGreaterThan(50);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(ascending.slice(numbers.length).every((value) => value === undefined)).toBe(true);
      await page.keyboard.press('Space');
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      expect((await figures()).slice(0, numbers.length).map(Number)).toEqual(numbers.reverse());
      expect(await page.locator('th[aria-sort="descending"], th[aria-sort="ascending"]').count()).toBe(1);
    });
  });

  test('filters table and charts together, and announces how many rows are left', async () => {
    await visit({}, async (page) => {
      const before = await drawnPixels(page);
      await page.getByRole('checkbox', { name: 'i386' }).uncheck();
      await page.getByRole('checkbox', { name: 'control' }).uncheck();
      expect(new Set(await column(page, 1))).toEqual(new Set(['native', 'kvm']));
      expect(await page.locator('figure:visible').count()).toBe(2);
      expect(await page.getByRole('status').textContent()).toBe('34 of 102 measurements shown');
      const after = await drawnPixels(page);
      expect(after[0]).not.toBe(before[0]);
    });
  });

  test('has landmarks, names and text alternatives', async () => {
    await visit({}, async (page) => {
      for (const role of ['banner', 'main', 'contentinfo'] as const) {
        expect(await page.getByRole(role).count()).toBe(1);
      }
      expect(await page.getByRole('img', { name: /^cpu \(x86_64\) geometric mean/ }).count()).toBe(1);
      const description = await page.locator('canvas').first().getAttribute('aria-describedby');
      expect(await page.locator(`#${description} a`).getAttribute('href')).toBe('#measurements');
      expect(await page.locator('#measurements caption').count()).toBe(1);
      expect(await page.locator('#measurements tbody th[scope="row"]').count()).toBe(102);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    });
  });

  test('honours a dark scheme, page and charts, also when it changes', async () => {
    await visit({ colorScheme: 'light' }, async (page) => {
      const evaluate = (expression: string) => () => page.evaluate(expression);
      const background = evaluate('getComputedStyle(document.body).backgroundColor');
      const chart = evaluate("document.querySelector('canvas').toDataURL()");
      const light = await chart();
      expect(await background()).toBe('rgb(255, 255, 255)');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background()).not.toBe('rgb(255, 255, 255)');
      // The page hears of the change with its next frame.
      await expect.poll(chart).not.toBe(light);
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(chart).toBe(light);
    });
  });

  test('prints light, with its details open', async () => {
    await visit({ colorScheme: 'dark' }, async (page) => {
      await page.pdf();
      expect(await page.locator('details:not([open])').count()).toBe(0);
    });
  });

  test.each([360, 1200])('does not scroll sideways at %d pixels', async (width) => {
    await visit({ viewport: { width, height: 740 } }, async (page) => {
      await unfold(page);
      await expect.poll(async () => Math.min(...(await drawnPixels(page)))).toBeGreaterThan(2000);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    });
  });

  test('without scripts the verdicts and the whole table are there', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.headline').first().textContent()).toContain(
        'kvm gives no clear answer on cpu (x86_64)',
      );
      expect(await page.locator('#measurements tbody tr').count()).toBe(102);
      expect(await page.locator('#filters').isVisible()).toBe(false);
    });
  });
});
