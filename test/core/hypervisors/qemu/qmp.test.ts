import { Duplex, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Qmp } from '../../../../core/hypervisors/qemu/qmp.ts';

const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}, "capabilities": ["oob"]}}';

/** A monitor, with what is written to it, and a way to answer. */
function monitor() {
  const [answers, commands] = [new PassThrough(), new PassThrough()];
  const written: { execute: string; id: number; arguments?: unknown }[] = [];
  const events: [string, unknown][] = [];
  commands.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) written.push(JSON.parse(line));
  });
  const duplex = Duplex.from({ readable: answers, writable: commands });
  const qmp = new Qmp(duplex, (event, data) => events.push([event, data]));
  return { qmp, written, events, say: (text: string) => answers.push(text) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('shakes hands, and learns the version', async () => {
  const { qmp, written, say } = monitor();
  const version = qmp.open();
  // It may come in pieces.
  say(GREETING.slice(0, 20));
  await turn();
  say(`${GREETING.slice(20)}\n`);
  await turn();
  await expect.poll(() => written).toEqual([{ execute: 'qmp_capabilities', id: 1 }]);
  say('{"return": {}, "id": 1}\n');
  expect(await version).toBe('7.2.22');
});

test('answers come to those who asked, whatever their order', async () => {
  const { qmp, say } = monitor();
  const [first, second] = [qmp.execute('query-kvm'), qmp.execute('qom-get', { path: '/machine' })];
  say('{"return": "second", "id": 2}\n{"return": {"enabled": true}, "id": 1}\n');
  expect(await second).toBe('second');
  expect(await first).toEqual({ enabled: true });
});

test('an error is told in QEMU’s words', async () => {
  const { qmp, say } = monitor();
  const asked = qmp.execute('nothing');
  say('{"id": 1, "error": {"class": "CommandNotFound", "desc": "The command nothing has not been found"}}\n');
  await expect(asked).rejects.toThrow('The command nothing has not been found');
});

test.each(['nonsense', '{"event": 1}', `["${'x'.repeat(1000)}`])(
  'what is no message is an error in a line: %.20s',
  (line) => {
    const stream = new PassThrough();
    new Qmp(stream, () => {});
    expect(() => stream.emit('data', `${line}\r\n`)).toThrow(
      /^QEMU wrote on its monitor what is no message: [^\n]{1,100}$/,
    );
  },
);

test('events are handed on', async () => {
  const { events, say } = monitor();
  say(
    '{"timestamp": {"seconds": 1}, "event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}\n',
  );
  say('{"timestamp": {"seconds": 1}, "event": "STOP"}\n');
  await turn();
  expect(events).toEqual([
    ['SHUTDOWN', { guest: true, reason: 'guest-reset' }],
    ['STOP', {}],
  ]);
});
