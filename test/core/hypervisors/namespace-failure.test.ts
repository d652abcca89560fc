import { expect, it } from 'vitest';
import { stepFailure, unshareFailure } from '../../../core/hypervisors/namespace-failure.ts';

it.each([
  ['unshare unshare: error 1', 'unshare', 'EPERM', 'unshare: EPERM'],
  ['write /proc/self/setgroups: error 13', 'map', 'EACCES', 'write /proc/self/setgroups: EACCES'],
  ['private private: error 22', 'mount', 'EINVAL', 'private: EINVAL'],
  ['mount /dev/shm: error 2', 'mount', 'ENOENT', 'mount /dev/shm: ENOENT'],
  ['mount /dev/shm/root/proc: error 1', 'proc', 'EPERM', 'mount /dev/shm/root/proc: EPERM'],
  ['directory /a b: c: error 30', 'other', 'EROFS', 'directory /a b: c: EROFS'],
  ['fork fork: error 11', 'unshare', 'EAGAIN', 'fork: EAGAIN'],
  ['root /x: error 999', 'other', null, 'root /x: error 999'],
])('the step %s is told', (line, step, code, said) => {
  expect(stepFailure(`${line}\n`, true)).toEqual({ step, user: true, code, said });
});

it.each(['', 'Segmentation fault', 'steps: the file of steps is too long'])('%j is no step', (line) => {
  expect(stepFailure(line, false)).toBeNull();
});

it.each([
  ['unshare failed: Operation not permitted', 'unshare', 'EPERM'],
  ['unshare failed: No space left on device', 'unshare', 'ENOSPC'],
  ['write failed /proc/self/uid_map: Operation not permitted', 'map', 'EPERM'],
  ['cannot open /proc/self/setgroups: Permission denied', 'map', 'EACCES'],
  ['cannot change root filesystem propagation: Invalid argument', 'mount', 'EINVAL'],
  ['mount /proc failed: Operation not permitted', 'proc', 'EPERM'],
])('of unshare: %s', (text, step, code) => {
  expect(unshareFailure(`unshare: ${text}\n`, false)).toMatchObject({ step, code, user: false });
});

it('of unshare that said nothing only that is known', () => {
  expect(unshareFailure('', true)).toEqual({ step: 'unshare', user: true, code: null, said: 'unshare' });
});
