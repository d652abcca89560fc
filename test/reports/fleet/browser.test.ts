/** A fleet's page in a real browser, from a file, without a network. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../../reports/fleet/html.ts';
import { requireOrSkip } from '../../require.ts';
import { hostileFleet, madeUpFleet, twoClasses } from './example.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = {
  many: madeUpFleet(200),
  few: madeUpFleet(8),
  classes: twoClasses(),
  hostile: hostileFleet(),
} as const;

describe.skipIf(requireOrSkip('chromium', existsSync(executablePath)))('a fleet in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-fleet-page-'));
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, fleet] of Object.entries(PAGES))
      writeFileSync(join(folder, `${name}.html`), renderHtml(fleet));
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page, hands it over, and checks that it complained of nothing and asked for nothing. */
  async function visit(name: string, options: BrowserContextOptions, check: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url) complaints.push(request.url());
    });
    await page.goto(url);
    await check(page);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(complaints).toEqual([]);
    await context.close();
  }

  const open = (page: Page) =>
    page.$$eval('details', (all) => {
      for (const one of all) one.open = true;
    });

  test.each(Object.keys(PAGES))(
    '%s: it fits the width of a phone, and says its finding first',
    async (name) => {
      await visit(name, { viewport: { width: 400, height: 800 } }, async (page) => {
        await open(page);
        expect(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        ).toBe(0);
        expect(await page.locator('main .headline').first().textContent()).toMatch(
          /^kvm on cpu \(x86_64\): /,
        );
        expect(await page.locator('svg').count()).toBeGreaterThan(1);
      });
    },
  );

  test.each(
    Object.keys(PAGES).flatMap(
      (name) =>
        [
          [name, 'light'],
          [name, 'dark'],
        ] as const,
    ),
  )('axe finds nothing on %s in %s', async (name, colorScheme) => {
    await visit(name, { colorScheme, bypassCSP: true }, async (page) => {
      await open(page);
      await page.addScriptTag({ content: AXE });
      const found = (await page.evaluate('axe.run({ preload: false })')) as {
        violations: { id: string; nodes: { html: string }[] }[];
        passes: unknown[];
      };
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(found.passes.length).toBeGreaterThan(10);
    });
  });
});
