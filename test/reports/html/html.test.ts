import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { embeddedJson } from '../../../reports/embedded-json.ts';
import { renderHtml } from '../../../reports/html/index.ts';
import { suites } from '../../../suites/index.ts';
import { fixtureResult, HOSTILE } from '../fixture.ts';

const page = renderHtml(fixtureResult(), suites);

test('overheads come before verdicts, these before charts, all measurements and host and method', () => {
  const order = [
    ...['id="workloads"', 'class="key"', 'class="grouped"', 'id="verdicts"', '<canvas', 'id="measurements"'],
    '<summary>Method',
  ].map((part) => page.indexOf(part));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThan(0);
});

test('the policy forbids the network and allows exactly the scripts and the style inside', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, code]) => hash(code));
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1];
  expect(scripts).toHaveLength(4);
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('nothing refers to anything outside of the file', () => {
  const markup = page.replace(/<(script|style)\b.*?<\/\1>/gs, '');
  expect(markup).not.toMatch(/\b(src|href|action|data|srcset)="(?!#)/);
  expect(page).not.toContain('sourceMappingURL');
});

test('text from the result opens no element and ends no script', () => {
  expect(page).not.toContain('<img');
  expect(page).not.toContain(HOSTILE.closing);
  expect(page).toContain('&lt;script&gt;globalThis.pwned=1&lt;/script&gt;');
});

test('embedded JSON is the value again, and stays within its element', () => {
  const value = { text: `${HOSTILE.closing}\u2029<!--` };
  expect(JSON.parse(embeddedJson(value))).toEqual(value);
  expect(embeddedJson(value)).not.toMatch(/[<\u2028\u2029]/);
});
