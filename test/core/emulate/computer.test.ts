/** A computer that stands still, for real: QEMU is stopped from outside, as if it hung. */
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type EmulateEvent, type EmulateOptions, emulate } from '../../../core/emulate/emulate.ts';
import { StoodStill } from '../../../core/emulate/ending.ts';
import { processTree } from '../../../core/host/cpu-time.ts';
import { localHost } from '../../../core/host/local.ts';
import { suites } from '../../../suites/index.ts';
import { canEmulate } from '../../cli/emulate-command.ts';
import { requireOrSkip } from '../../require.ts';

const PATIENCE = { commandMs: 5000, stepMs: 500 };
/** A computer that starts says nothing for seconds. */
const START_MS = { 'at once': 3000, 'in the command': 90_000 };
const LIMIT_MS = 120_000;
const ANEW = /it is started anew, once$/;

const qemus = () =>
  processTree(process.pid, localHost).filter((pid) => {
    try {
      // One that is only asked what it can do has no kernel.
      return /^\S*qemu-system.*\0-kernel\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
    } catch {
      return false;
    }
  });

/** Stops each QEMU once: when it is there, or when the command runs. */
async function stopped(when: 'at once' | 'in the command') {
  const seen = new Set<number>();
  const stop = () => {
    for (const pid of qemus()) {
      if (!seen.has(pid)) process.kill(pid, 'SIGSTOP');
      seen.add(pid);
    }
  };
  const looking = when === 'at once' ? setInterval(stop, 20) : undefined;
  const events: EmulateEvent[] = [];
  const controller = new AbortController();
  const options: EmulateOptions = {
    ...{ paging: 'shadow', cpus: 1, memoryMib: 1024, limitSeconds: 100 },
    patience: { ...PATIENCE, startMs: START_MS[when] },
    ...{ output: new PassThrough().resume(), errors: new PassThrough().resume() },
    listen: (event) => {
      events.push(event);
      // By then it would be taken to stand still if it had not answered.
      if (event.type === 'ready') setTimeout(stop, 1.2 * PATIENCE.commandMs);
      if (when === 'in the command' && event.type === 'note' && ANEW.test(event.text)) controller.abort();
    },
    signal: controller.signal,
  };
  const error = await emulate(['doctor'], options, suites)
    .catch((error: unknown) => error)
    .finally(() => clearInterval(looking));
  const lines = events.map((event) =>
    event.type === 'failed' ? event.seen.cpus.join('\n') : 'text' in event ? event.text : event.type,
  );
  return { error, events: lines, count: seen.size };
}

describe.skipIf(requireOrSkip('emulation', canEmulate))('an emulated computer that stands still', () => {
  test(
    'while it starts is started anew once, and then given up in a line',
    async () => {
      const { error, events, count } = await stopped('at once');
      expect(error).toBeInstanceOf(StoodStill);
      expect((error as Error).message).toMatch(
        /^the emulated computer stands still while it starts: nothing came from it for 3s; in the last 2\.5s of them QEMU used \d+m?s of CPU time$/,
      );
      expect(count).toBe(2);
      expect(events.filter((text) => ANEW.test(text))).toHaveLength(1);
      expect(events.filter((text) => text === 'QEMU does not answer either')).toHaveLength(2);
      expect(qemus()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'in the command had answered before',
    async () => {
      const { error, events, count } = await stopped('in the command');
      expect(count).toBe(1);
      expect(events).toContain('ready');
      expect(events.find((text) => ANEW.test(text))).toMatch(
        /^the emulated computer stands still: nothing came from it for 5s; /,
      );
      expect((error as Error).name).toBe('AbortError');
      expect(qemus()).toEqual([]);
    },
    LIMIT_MS,
  );
});
