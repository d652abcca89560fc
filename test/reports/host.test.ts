import { expect, test } from 'vitest';
import { lacksOf, remarks, reproduceCommand, stopSentence, virtualizationOf } from '../../reports/host.ts';
import { presentWorkloads } from '../../reports/workloads/present.ts';
import { fixtureResult } from './fixture.ts';

test('says what the host runs under and what backs its KVM', () => {
  const { host } = fixtureResult({ hostile: false });
  expect(virtualizationOf(host)).toBe(
    'This host is itself a guest of KVM; its CPU reports neither AMD-V nor VT-x; /dev/kvm is backed by kvm_pvm.',
  );
  const bare = {
    ...host,
    outerHypervisor: null,
    cpu: { ...host.cpu, virtualization: 'svm' as const },
    kvm: { ...host.kvm, backing: 'kvm_amd', nestedPaging: true, accessible: false, reason: 'no permission' },
  };
  expect(virtualizationOf(bare)).toBe(
    'This host shows no sign of a hypervisor beneath it; its CPU offers AMD-V (svm); /dev/kvm is backed by kvm_amd with nested paging but is not usable (no permission).',
  );
});

test('native in a domain of Xen is told to be none', () => {
  const result = fixtureResult({ hostile: false });
  const dom0 = {
    ...{ hypervisor: 'Xen', version: '4.17.7', evidence: ['/sys/hypervisor/type: xen'] },
    domain: { role: 'dom0' as const, kind: 'PV' as const },
  };
  const host = { ...result.host, outerHypervisor: dom0 };
  expect(virtualizationOf(host)).toMatch(
    /^This host runs under Xen 4\.17\.7, of which this is the paravirtual dom0 \(PV\); its CPU/,
  );
  const said =
    'Native is not bare metal here: it is a paravirtual dom0 (PV) of Xen 4.17.7. System calls, page faults and changes of page tables pass through Xen there, so they cost native more. Overheads here compare with that.';
  expect(remarks({ ...result, host })).toContain(said);
  const emulated = { ...dom0, beneath: 'QEMU TCG', emulated: true };
  expect(virtualizationOf({ ...host, outerHypervisor: emulated })).toMatch(
    /\(PV\), on QEMU TCG\. This host’s CPU is emulated by QEMU TCG; its CPU/,
  );
  const hvm = { ...dom0, domain: { role: 'domU' as const, kind: 'HVM' as const } };
  expect(remarks({ ...result, host: { ...host, outerHypervisor: hvm } })).toContain(
    'Native is not bare metal here: it is a domU (HVM) of Xen 4.17.7. Overheads here compare with that.',
  );
});

test('warns of noise, lying clocks, stolen time, and of nothing else', () => {
  const result = fixtureResult({ hostile: false });
  for (const m of result.measurements) {
    if (m.hypervisor === 'control') m.overhead = { estimate: 0, low: -0.01, high: 0.01 };
  }
  expect(remarks(result)).toEqual([
    'The guest clock disagreed with the host clock in v86: hvbench used only the host clock there.',
    'The hypervisor beneath this host stole more than 1 % of CPU time during 1 of 3 launches.',
  ]);
  const control = result.measurements.find(({ hypervisor }) => hypervisor === 'control');
  Object.assign(control ?? {}, { overhead: { estimate: 0.02, low: 0.01, high: 0.03 } });
  expect(remarks(result)[0]).toContain('The 95 % CI of the control excludes 0 on cpu/integer (x86_64)');
});

test('what could not run is told once for all that have the same reason, and not twice', () => {
  const result = fixtureResult({ hostile: false });
  const [absent] = result.hypervisors.filter(({ available }) => !available);
  const twin = { ...absent, id: 'qemu-kvm' } as (typeof result.hypervisors)[number];
  const other = { ...twin, id: 'uml', reason: 'linux.uml is not installed', remedy: undefined };
  const lines = [
    'qemu-tcg and qemu-kvm could not run: qemu-system-x86_64 is not installed; to enable them: apt-get install qemu-system-x86',
    'uml could not run: linux.uml is not installed',
  ];
  const hypervisors = [...result.hypervisors, twin, other];
  expect(lacksOf({ hypervisors })).toEqual(lines);
  // Where there are overheads, it stands below them.
  expect(presentWorkloads({ ...result, hypervisors })[0]?.lacks).toEqual(lines);
  expect(remarks({ ...result, hypervisors }).join()).not.toContain('could not run');
  expect(remarks({ ...result, hypervisors, measurements: [] })).toEqual(expect.arrayContaining(lines));
});

test('warns of a guest whose clock drifts by more than half a percent, by the most that it did', () => {
  const result = fixtureResult({ hostile: false });
  const clock = { hypervisor: 'uml', ticksPerNs: 1, deviation: 0, agrees: true, refines: false };
  const launches = [0.004, -0.012, 0.007].map((drift, index) => ({
    ...(result.launches[index] as (typeof result.launches)[number]),
    clocks: [{ ...clock, drift }],
  }));
  const about = remarks({ ...result, launches }).filter((remark) => remark.includes('drifted'));
  expect(about).toHaveLength(1);
  expect(about[0]).toMatch(/in uml drifted by [-−]1\.20 %/);
  expect(remarks({ ...result, launches: launches.slice(0, 1) }).join()).not.toContain('drifted');
});

test('why it stopped, and how to repeat it', () => {
  const result = fixtureResult();
  expect(stopSentence(result)).toContain('Stopped after 2m 3s and 3 launches: every interval');
  expect(reproduceCommand(result)).toBe('hvbench run --profile standard --seed 42');
  const config = { profile: '$(reboot)', suites: ['cpu', 'memory'], workloads: ['a;reboot'] };
  expect(reproduceCommand({ ...result, config })).toBe('hvbench run --suite cpu,memory --seed 42');
});

test('names the plugins that a run had, whatever else a file says of them', () => {
  const result = fixtureResult({ hostile: false });
  const own = (plugins: unknown) =>
    remarks({ ...result, config: { plugins } }).filter((one) => one.includes('plugins'));
  expect(own([{ name: 'toy', version: '1.0.0' }, { name: 'other' }])).toEqual([
    "Not all of it is hvbench's own: measured with toy 1.0.0, other, by plugins of the configuration.",
  ]);
  expect(own([])).toEqual([]);
  expect(own('toy')).toEqual([]);
  expect(own([null, { name: 1 }])).toHaveLength(1);
});

test('a container hides who measures beside it', () => {
  const result = fixtureResult({ hostile: false });
  const outerHypervisor = { hypervisor: 'KVM', evidence: ['container: docker (/.dockerenv)'] };
  const said = (host: typeof result.host) =>
    remarks({ ...result, host }).filter((one) => one.includes('container'));
  expect(said({ ...result.host, outerHypervisor })).toEqual([
    expect.stringMatching(
      /^Measured in a container: hvbench could not see whether another hvbench .* measured on CPU \d+ /,
    ),
  ]);
  expect(said({ ...result.host, outerHypervisor: { ...outerHypervisor, evidence: ['DMI: QEMU'] } })).toEqual(
    [],
  );
});

test('a CPU quota is told with what it did while something was measured', () => {
  const result = fixtureResult({ hostile: false });
  const host = { ...result.host, cpuQuota: 0.5 };
  const about = (launches: typeof result.launches) =>
    remarks({ ...result, host, launches }).filter((remark) => remark.includes('quota'));
  const throttled = (...counts: readonly number[]) =>
    counts.map((count, index) => ({
      ...(result.launches[index] as (typeof result.launches)[number]),
      throttling: { periods: 281, throttled: count },
    }));
  expect(about(throttled(200, 236))).toEqual([
    'A CPU quota (cgroup) gave this run 0.50 CPUs: it stopped machines or native processes in 436 of 562 periods, and wall-clock times include that.',
  ]);
  expect(about(throttled(0))[0]).toMatch(/: it stopped nothing in 281 periods\.$/);
  expect(about(result.launches)[0]).toMatch(/it may have stopped machines/);
  expect(remarks(result).join()).not.toContain('quota');
});
