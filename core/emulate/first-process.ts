/** The outer side of our own first process, until it has become the script: see suites/runtime/linux/guest.h. */
import type { Duplex } from 'node:stream';
import { FrameReader, GO_ON } from '../guest/frame-reader.ts';
import { packCommand } from '../guest/packed-frame.ts';
import { decodeReply, decodeText, encodeCommand, operations } from '../guest/protocol.ts';

/** Answers it, and tells `fail`, in a line, which of its steps could not be done. */
export function listenToFirstProcess(way: Duplex, fail: (reason: string) => void): void {
  const reader = new FrameReader(
    () => way.write(GO_ON),
    (frame) => {
      const { operation, payload } = decodeReply(frame);
      // It speaks on where a step failed, and tells that when it is asked to work.
      if (operation === operations.hello)
        way.write(packCommand(encodeCommand({ operation: 'prepare', name: 'command/command' })));
      else fail(`its first process cannot go on: ${decodeText(payload)}`);
    },
  );
  way.on('error', () => {});
  way.on('data', (chunk: Buffer) => {
    try {
      reader.receive(chunk);
    } catch (error) {
      fail((error as Error).message);
    }
  });
}
