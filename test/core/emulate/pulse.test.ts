import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pulse } from '../../../core/emulate/pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One that looks each second, and what it did. */
function watched(limitMs: number) {
  const events: string[] = [];
  const pulse = new Pulse(
    { limitMs },
    () => events.push('silent'),
    (silentMs) => events.push(String(silentMs)),
    1000,
  );
  const ask = () => void events.push('ask');
  return { pulse, events, ask };
}

it('tells once that nothing came for too long', () => {
  const { events } = watched(3000);
  vi.advanceTimersByTime(10_000);
  expect(events).toEqual(['1000', '2000', '3000', 'silent']);
});

it('starts anew with whatever comes', () => {
  const { pulse, events } = watched(3000);
  vi.advanceTimersByTime(2500);
  pulse.heard();
  vi.advanceTimersByTime(2000);
  expect(events).toEqual(['1000', '2000', '1000', '2000']);
  vi.advanceTimersByTime(1000);
  expect(events.at(-1)).toBe('silent');
});

it('asks again only when it was answered', () => {
  const { pulse, events, ask } = watched(9000);
  pulse.change({ limitMs: 4000, ask });
  vi.advanceTimersByTime(2000);
  expect(events).toEqual(['1000', 'ask', '2000']);
  pulse.answered();
  vi.advanceTimersByTime(1000);
  expect(events.slice(3)).toEqual(['1000', 'ask']);
  vi.advanceTimersByTime(3000);
  expect(events.slice(5)).toEqual(['2000', '3000', '4000', 'silent']);
});

it('takes no question for an answer: something else may come in between', () => {
  const { pulse, events, ask } = watched(9000);
  pulse.change({ limitMs: 4000, ask });
  vi.advanceTimersByTime(1000);
  pulse.heard();
  vi.advanceTimersByTime(2000);
  expect(events).toEqual(['1000', 'ask', '1000', '2000']);
});

it('says nothing when it was stopped', () => {
  const { pulse, events } = watched(1000);
  pulse.stop();
  vi.advanceTimersByTime(5000);
  expect(events).toEqual([]);
});
