/** What our first process is told while it becomes something else, byte by byte as it reads it (suites/runtime/packed.h). */
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listenToFirstProcess } from '../../../core/emulate/first-process.ts';
import { GO_ON } from '../../../core/guest/frame-reader.ts';
import { packCommand } from '../../../core/guest/packed-frame.ts';
import { encodeCommand, operations, REPLY_BYTES, REPLY_PAYLOAD } from '../../../core/guest/protocol.ts';
import { packReply } from '../../packed-reply.ts';

const MAGIC = 'HVR1';
const REFUSED = 2;
const WORK = packCommand(encodeCommand({ operation: 'prepare', name: 'command/command' }));

function reply(operation: number, status: number, text: string): Buffer {
  const frame = Buffer.alloc(REPLY_BYTES);
  frame.write(MAGIC, 'latin1');
  frame.writeUInt32LE(operation, 4);
  frame.writeUInt32LE(status, 8);
  frame.write(text, REPLY_PAYLOAD, 'latin1');
  return packReply(frame);
}

async function say(...chunks: Buffer[]): Promise<{ heard: Buffer; failures: string[] }> {
  const heard: Buffer[] = [];
  const failures: string[] = [];
  const way = new Duplex({
    read: () => {},
    write: (chunk, _, done) => {
      heard.push(chunk);
      done();
    },
  });
  listenToFirstProcess(way, (reason) => failures.push(reason));
  for (const chunk of chunks) way.push(chunk);
  await setImmediate();
  return { heard: Buffer.concat(heard), failures };
}

it('goes on when its user space begins', async () => {
  expect(await say(Buffer.of(1))).toEqual({ heard: GO_ON, failures: [] });
});

it('is asked to work where it speaks on, and its refusal tells which step failed', async () => {
  const hello = reply(operations.hello, 0, 'Linux 6.1.0');
  expect(await say(hello)).toEqual({ heard: WORK, failures: [] });
  const refusal = reply(operations.prepare, REFUSED, 'mount of /hvbench/root: error 19');
  expect((await say(hello, refusal)).failures).toEqual([
    'its first process cannot go on: mount of /hvbench/root: error 19',
  ]);
});

it('fails by what is neither mark nor reply', async () => {
  expect((await say(Buffer.of(0x77))).failures).toEqual([expect.stringMatching(/begins neither/)]);
});
