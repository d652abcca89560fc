/** A site in a real browser, from files, without a network. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireOrSkip } from '../../require.ts';
import { fixtureResult } from '../fixture.ts';
import { build, filesOf } from './example.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const hostile = fixtureResult({ operations: true });
const plain = fixtureResult({ hostile: false });
const KINDS = ['index', 'compare', 'result', 'computer', 'hypervisor', 'claim'];

describe.skipIf(requireOrSkip('chromium', existsSync(executablePath)))('a site in Chromium', () => {
  let browser: Browser;
  let site: string;
  let names: string[];

  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'hvbench-site-'));
    build(site, [hostile, plain, { ...plain, startedAt: '2026-06-01T00:00:00Z' }]);
    names = [...filesOf(site).keys()];
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(site, { recursive: true, force: true });
  });

  /** One page of each kind; of results that with the most to say. */
  const pageOf = (kind: string) =>
    names
      .filter((name) => name.startsWith(kind) && name.endsWith('.html'))
      .sort((a, b) => readFileSync(join(site, b)).length - readFileSync(join(site, a)).length)[0] ?? '';

  /** Opens a page, hands it over, and checks that it complained of nothing and asked for nothing beyond the site. */
  async function visit(
    name: string,
    options: BrowserContextOptions,
    check: (page: Page) => Promise<void>,
    hash = '',
  ): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const base = pathToFileURL(site).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${base}/`) && request.url() !== 'data:,') complaints.push(request.url());
    });
    await page.goto(`${base}/${name}${hash}`);
    await check(page);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(complaints).toEqual([]);
    await context.close();
  }

  const scrolls = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

  test.each(KINDS)(
    '%s reads without scripts, in the style of the site, and at the width of a phone',
    async (kind) => {
      await visit(
        pageOf(kind),
        { javaScriptEnabled: false, viewport: { width: 400, height: 800 } },
        async (page) => {
          expect(await page.evaluate(scrolls)).toBe(0);
          expect(((await page.locator('main').textContent()) ?? '').length).toBeGreaterThan(100);
          expect(await page.evaluate('getComputedStyle(document.querySelector("nav")).display')).toBe('flex');
          expect(await page.locator('form:visible').count()).toBe(0);
        },
      );
    },
  );

  const SCHEMES = KINDS.flatMap((kind) =>
    (['light', 'dark'] as const).map((scheme) => [kind, scheme] as const),
  );
  test.each(SCHEMES)('axe finds nothing on %s in %s', async (kind, colorScheme) => {
    await visit(pageOf(kind), { colorScheme, bypassCSP: true }, async (page) => {
      await page.$$eval('details', (all) => {
        for (const one of all) one.open = true;
      });
      await page.addScriptTag({ content: AXE });
      const found = (await page.evaluate('axe.run({ preload: false })')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        passes: unknown[];
      };
      expect(found.passes.length).toBeGreaterThan(10);
      expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual(
        [],
      );
    });
  });

  test('the filter shows rows that have all words, and the address keeps them', async () => {
    await visit('index.html', {}, async (page) => {
      const rows = () => page.locator('#result-table tbody tr:visible').count();
      expect(await rows()).toBe(3);
      await page.getByRole('searchbox').fill('2026-06');
      expect(await rows()).toBe(1);
      expect(await page.getByRole('status').textContent()).toBe('1 of 3 shown');
      const kept = new URL(page.url()).hash;
      await page.getByRole('searchbox').fill('');
      expect(await rows()).toBe(3);
      await page.goto(page.url().replace(/#.*/, kept));
      await expect.poll(rows).toBe(1);
    });
  });

  test('any two results are compared, those with CIs apart first, and the address keeps the choice', async () => {
    const [a = '', b = ''] = names
      .filter((name) => name.startsWith('digest/'))
      .map((name) => name.slice(7, 23));
    await visit(
      'compare.html',
      {},
      async (page) => {
        await expect.poll(() => page.locator('#compared tbody tr').count()).toBeGreaterThan(10);
        expect(await page.locator('#said').textContent()).toMatch(
          /^\d+ of \d+ rows of the same machine code have/,
        );
        expect(await page.locator('pre code').textContent()).toBe(
          `hvbench compare result/${a}.json result/${b}.json`,
        );
        await page.locator('select[name=a]').selectOption(b);
        await expect.poll(() => new URL(page.url()).hash).toBe(`#a=${b}&b=${b}`);
        expect(await page.locator('#said').textContent()).toMatch(/^0 of /);
      },
      `#a=${a}&b=${b}`,
    );
  });

  test('a tour by keyboard begins with the content', async () => {
    await visit('index.html', {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toBe('skip');
      await page.keyboard.press('Enter');
      expect(new URL(page.url()).hash).toBe('#main');
    });
  });
});
