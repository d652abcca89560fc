import { expect, test } from 'vitest';
import { html } from '../../../reports/site/html.ts';

test('whatever is put into a template is text, in elements and in attributes', () => {
  const text = `<b a="1" b='2'>&`;
  expect(String(html`<p title="${text}">${text}</p>`)).toBe(
    '<p title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;</p>',
  );
});

test('markup stays, lists are joined, and what is absent leaves nothing', () => {
  expect(String(html`${[1, '<', html`<i>${'<'}</i>`]}${null}${undefined}${false}${0}`)).toBe(
    '1&lt;<i>&lt;</i>0',
  );
});

test('nobody else can make markup', () => {
  const forged = { toString: () => '<b>' };
  expect(() => html`${forged as unknown as string}`).toThrow();
});
