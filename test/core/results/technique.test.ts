import { expect, it } from 'vitest';
import { isTranslator } from '../../../core/results/technique.ts';

it('isTranslator tells techniques that start cold from those that run code directly', () => {
  expect(['binary-translation', 'interpretation'].map(isTranslator)).toEqual([true, true]);
  expect(['bare', 'direct-execution', 'amd-v', 'vt-x'].map(isTranslator)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
