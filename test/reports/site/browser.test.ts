/** A site in a real browser, from files, without a network. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../../core/results/schema.ts';
import { requireOrSkip } from '../../require.ts';
import { fixtureResult } from '../fixture.ts';
import { build, filesOf, measuredOn } from './example.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const hostile = fixtureResult({ operations: true });
const plain = fixtureResult({ hostile: false });
const emulated: Result = {
  ...{ ...plain, startedAt: '2026-06-01T00:00:00Z' },
  host: {
    ...plain.host,
    outerHypervisor: { hypervisor: 'QEMU TCG', emulated: true, evidence: ['synthetic evidence'] },
  },
};
const KINDS = ['index', 'compare', 'result', 'computer', 'hypervisor', 'claim'];

describe.skipIf(requireOrSkip('chromium', existsSync(executablePath)))('a site in Chromium', () => {
  let browser: Browser;
  let site: string;
  let names: string[];

  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'hvbench-site-'));
    build(site, [hostile, plain, emulated]);
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

  /** Ids of results by what their computers stand on. */
  const idsOf = (isWanted: (footing: string) => boolean) =>
    names
      .filter((name) => name.startsWith('digest/'))
      .filter((name) => isWanted(/"footing":"(\w+)"/.exec(readFileSync(join(site, name), 'utf8'))?.[1] ?? ''))
      .map((name) => name.slice(7, 23));

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
      expect(await page.locator('[data-table] [role=status]').textContent()).toBe('1 of 3 shown');
      const kept = new URL(page.url()).hash;
      await page.getByRole('searchbox').fill('');
      expect(await rows()).toBe(3);
      await page.goto(`${page.url()}${kept}`);
      await expect.poll(rows).toBe(1);
    });
  });

  test('what is chosen filters computers, their charts and tables, and results; the address keeps it', async () => {
    await visit('index.html', {}, async (page) => {
      const texts = (what: string) => page.locator(`${what}:visible`).allTextContents();
      const labels = () => texts('.chart .label');
      const heights = () =>
        page
          .locator('svg.chart:visible')
          .evaluateAll((all) => all.map((one) => Number(one.getAttribute('viewBox')?.split(' ')[3])));
      const before = {
        labels: await labels(),
        heights: await heights(),
        rows: await texts('.computer tbody th'),
      };
      expect(new Set(before.labels)).toEqual(new Set(['kvm', 'control']));
      await page.locator('select[name=hypervisor]').selectOption('v86');
      // Its charts are of i386, which are folded away at first.
      expect(new Set(await labels())).toEqual(new Set(['v86']));
      // No gaps are left.
      expect(Math.max(...(await heights()))).toBeLessThan(Math.max(...before.heights));
      expect(new Set(await texts('.computer tbody th'))).toEqual(new Set(['v86']));
      await page.locator('select[name=suite]').selectOption('memory');
      expect(await texts('.computer thead th')).toEqual(
        expect.arrayContaining([expect.stringMatching(/^memory/)]),
      );
      expect([await texts('.computer thead th'), await texts('.computer figcaption')].join()).not.toMatch(
        /cpu/,
      );
      expect(new URL(page.url()).hash).toBe('#hypervisor=v86&suite=memory');
      await page.reload();
      expect(new Set(await labels())).toEqual(new Set(['v86']));
      await page.locator('select[name=hypervisor]').selectOption('');
      await page.locator('select[name=suite]').selectOption('');
      expect(new URL(page.url()).hash).toBe('');
      expect({
        ...{ labels: await labels(), heights: await heights() },
        rows: await texts('.computer tbody th'),
      }).toEqual(before);
    });
  });

  test.each([
    ['#computer=emulated', '1 of 3 kinds of computer shown', 1],
    ['#computer=nested&show=2026-06', '2 of 3 kinds of computer shown', 0],
    ['#hypervisor=vmm', 'This site has no hypervisor vmm: not filtered by that', 3],
  ])('the address %s says what is shown', async (hash, said, rows) => {
    await visit(
      'index.html',
      {},
      async (page) => {
        const told = page.locator('#filter [role=status]');
        await expect.poll(() => told.textContent()).toBe(said);
        expect(await page.locator('#result-table tbody tr:visible').count()).toBe(rows);
      },
      hash,
    );
  });

  test('any two results are compared, those with CIs apart first, and the address keeps the choice', async () => {
    const [a = '', b = ''] = idsOf((footing) => footing !== 'emulated');
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

  test('machines of one name on two computers are not compared, and the page says which', async () => {
    const other = await mkdtemp(join(tmpdir(), 'hvbench-site-'));
    build(other, [plain, measuredOn('Second CPU', plain)]);
    const [a = '', b = ''] = [...filesOf(other).keys()]
      .filter((name) => name.startsWith('digest/'))
      .map((name) => name.slice(7, 23));
    const page = await browser.newPage();
    await page.goto(`${pathToFileURL(other).href}/compare.html#a=${a}&b=${b}`);
    const said = () => page.locator('#said').textContent();
    await expect.poll(said).toMatch(/; kvm was on other computers in A than in B\.$/);
    const cells = await page.locator('#compared tbody td:nth-child(3)').allTextContents();
    expect(new Set(cells)).toEqual(new Set(['control', 'v86']));
    expect(await page.locator('#compared').textContent()).toMatch(/kvm \(the machine on None Second CPU, /);
    await page.close();
    await rm(other, { recursive: true, force: true });
  });

  test('times of an emulated CPU are not compared, and the page says so', async () => {
    const [a = ''] = idsOf((footing) => footing === 'emulated');
    const [b = ''] = idsOf((footing) => footing !== 'emulated');
    await visit(
      'compare.html',
      {},
      async (page) => {
        await expect
          .poll(() => page.locator('#said').textContent())
          .toMatch(/CPU of one of these is emulated/);
        expect(await page.locator('#compared table').count()).toBe(0);
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
