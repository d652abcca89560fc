import { describe, expect, it } from 'vitest';
import { machineCommand, OWN } from '../../../../core/hypervisors/qemu/build.ts';

const TCG = { name: 'tcg', cpu: 'max' } as const;
const BASE = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-M', 'pc'];

describe('the command of a QEMU', () => {
  it('is the same for every machine unless it is told otherwise', () => {
    expect(machineCommand('/q', OWN, 'pc', TCG)).toEqual(['/q', ...BASE, '-accel', 'tcg', '-cpu', 'max']);
  });

  it('has one accelerator and one CPU: those that it is told', () => {
    const args = ['-accel', 'tcg,tb-size=1', '-d', 'nochain', '--cpu', 'qemu64'];
    expect(machineCommand('/q', { args }, 'pc', TCG)).toEqual([
      ...['/q', ...BASE, '-accel', 'tcg,tb-size=1', '-cpu', 'qemu64', '-d', 'nochain'],
    ]);
    const named = { args: ['-accel', 'accel=tcg,thread=single'] };
    expect(machineCommand('/q', named, 'pc', TCG)).toContain('accel=tcg,thread=single');
  });

  it('has variables and libraries for QEMU alone, and its own firmware', () => {
    const build = { env: { A: 'b c' }, libraryPath: '/l:/m', firmware: '/f' };
    expect(machineCommand('/q', build, 'pc', TCG).slice(0, 6)).toEqual([
      ...['env', 'A=b c', 'LD_LIBRARY_PATH=/l:/m', '/q', '-L', '/f'],
    ]);
  });
});
