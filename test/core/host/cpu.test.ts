import { expect, test } from 'vitest';
import { TYPICAL_CACHES } from '../../../core/host/caches.ts';
import { probeCpu } from '../../../core/host/cpu.ts';
import { parseCpuInfo } from '../../../core/host/cpuinfo.ts';
import { AMD, GUEST, INTEL } from './cpuinfo-texts.ts';
import { fakeHost } from './folder-host.ts';

test('takes SMT, governors and mitigations from sysfs', async () => {
  const cpu = 'sys/devices/system/cpu';
  const host = await fakeHost({
    [`${cpu}/online`]: '0-2',
    [`${cpu}/smt/active`]: '1\n',
    [`${cpu}/cpu0/cpufreq/scaling_governor`]: 'powersave\n',
    [`${cpu}/cpu1/cpufreq/scaling_governor`]: 'performance\n',
    [`${cpu}/cpu2/cpufreq/scaling_governor`]: 'powersave\n',
    [`${cpu}/vulnerabilities/spectre_v2`]: 'Mitigation: Retpolines; STIBP: disabled\n',
    [`${cpu}/vulnerabilities/meltdown`]: 'Not affected\n',
  });
  expect(await probeCpu(parseCpuInfo(AMD), host)).toMatchObject({
    cpus: 3,
    smt: true,
    governor: 'powersave, performance',
    virtualization: 'svm',
    mitigations: { meltdown: 'Not affected', spectre_v2: 'Mitigation: Retpolines; STIBP: disabled' },
  });
});

test('a bare /sys leaves unknowns null and caches typical', async () => {
  const host = await fakeHost({});
  expect(await probeCpu(parseCpuInfo(GUEST), host)).toMatchObject({
    smt: null,
    governor: null,
    virtualization: null,
    microcode: null,
    caches: TYPICAL_CACHES,
    mitigations: {},
  });
  expect((await probeCpu(parseCpuInfo(INTEL), host)).virtualization).toBe('vmx');
});
