import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { localHost } from '../core/host/local.ts';
import { startProcessMachine } from '../core/hypervisors/process-machine.ts';
import { MAIN } from './cli/command.ts';

const REFUSED = /belongs in MACHINE_TESTS/;

it('starts nothing that belongs to the tests that run alone', async () => {
  expect(() => spawn(process.execPath, [MAIN, '--version'])).toThrow(REFUSED);
  expect(() => spawnSync('qemu-system-x86_64', ['--version'])).toThrow(REFUSED);
  expect(() => spawnSync('/usr/bin/linux.uml', ['--version'])).toThrow(REFUSED);
  expect(() => promisify(execFile)(process.execPath, [MAIN])).toThrow(REFUSED);
  const image = '/cache/hvbench/images/x86_64-0123/linux';
  await expect(startProcessMachine(localHost, [image], 0)).rejects.toThrow(REFUSED);
});

it('starts everything else', async () => {
  expect(existsSync(MAIN)).toBe(true);
  expect(spawnSync('echo', ['text'], { encoding: 'utf8' }).stdout).toBe('text\n');
  expect(await promisify(execFile)('echo', ['text'])).toMatchObject({ stdout: 'text\n' });
});
