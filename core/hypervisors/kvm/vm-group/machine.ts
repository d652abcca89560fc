/** The process of a group of VMs: `machine.js IMAGE [DATA…]`, with the addresses of the workloads' data that requests need. Requests and events are lines of JSON on fd 0 and 1. */
import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { parseElf } from '../../../guest/elf.ts';
import { InProcessVms } from './in-process-vms.ts';
import { type GroupEvent, type GroupRequest, LONGEST_LINE, requestSchema } from './messages.ts';
import { packImage } from './packed-image.ts';

const [, , path = '', ...data] = process.argv;

function tell(event: GroupEvent): void {
  writeSync(1, `${JSON.stringify(event)}\n`);
}

let rest = '';
/** Blocks until the next request: there is nothing else to do. */
function next(): GroupRequest {
  const chunk = Buffer.alloc(LONGEST_LINE);
  for (let end = rest.indexOf('\n'); ; end = rest.indexOf('\n')) {
    if (end >= 0) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return requestSchema.parse(JSON.parse(line));
    }
    const n = readSync(0, chunk, 0, chunk.length, null);
    // End of file: the tool is gone, and so are we.
    if (n === 0 || rest.length > LONGEST_LINE) process.exit(0);
    rest += chunk.toString('utf8', 0, n);
  }
}

function answer(vms: InProcessVms, request: GroupRequest): GroupEvent {
  switch (request.do) {
    case 'grow': {
      const began = performance.now();
      const stop = vms.grow(request, (machines) => tell({ is: 'live', machines }));
      return { is: 'grown', machines: vms.size, ms: performance.now() - began, stop };
    }
    case 'ask':
      return { is: 'answered', ...vms.ask(request) };
    case 'touched':
      return { is: 'touched', bytes: vms.touchedBytes() };
  }
}

try {
  // If memory runs out all the same, the kernel should take this process, and not the one that keeps the results.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Then it chooses by itself, which will hardly be another.
}
try {
  // Without somebody who listens, SIGALRM would end the process instead of a KVM_RUN.
  process.on('SIGALRM', () => {});
  const vms = new InProcessVms(packImage(parseElf(readFileSync(path)), 'start_user', data.map(Number)));
  tell({ is: 'ready' });
  for (;;) tell(answer(vms, next()));
} catch (error) {
  process.stderr.write(`vm-group: ${(error as Error).message}\n`);
  process.exit(1);
}
