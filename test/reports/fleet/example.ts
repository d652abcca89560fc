/** Made-up fleets for the formats: nothing in them was ever measured. */
import { FleetTable } from '../../../core/judge/fleet/table.ts';
import type { Fleet } from '../../../core/results/fleet/schema.ts';
import { createRandom } from '../../../core/stats/index.ts';
import { fleetOf, hostResult } from '../../core/judge/fleet/example.ts';
import { normal } from '../../core/stats/simulate.ts';
import { HOSTILE } from '../fixture.ts';

/** So many hosts, of which every tenth is busy and the last lacks a result; kvm costs 1.3 % on average. */
export function madeUpFleet(hosts: number): Fleet {
  const random = createRandom(hosts);
  const results = Array.from({ length: hosts - 1 }, (_, seed) =>
    hostResult({
      seed,
      ratio: 1.013 * Math.exp(0.006 * normal(random)),
      control: seed % 10 === 9 ? 1.03 : 1,
      half: 0.003 + 0.004 * random.nextFloat(),
    }),
  );
  const fleet = fleetOf(results);
  const reason = 'its run failed: exit code 2';
  const failed: Fleet['hosts'][number] = {
    ...{ name: `host-${hosts - 1}`, state: 'failed', hostClass: null, startedAt: null },
    leftOut: { why: 'failed', reason },
  };
  return { ...fleet, tool: { name: 'hvbench', version: '0.0.0-synthetic' }, hosts: [...fleet.hosts, failed] };
}

/** Two classes, one of a single host. */
export function twoClasses(): Fleet {
  const slow = hostResult({
    ratio: 1.4,
    finish: (result) => ({
      ...result,
      host: { ...result.host, cpu: { ...result.host.cpu, model: 'Another CPU' } },
    }),
  });
  return fleetOf([hostResult({ ratio: 1.01 }), hostResult({ seed: 2, ratio: 1.02 }), slow]);
}

/** Names and reasons would like to be more than text. */
export function hostileFleet(): Fleet {
  const fleet = fleetOf(
    [HOSTILE.terminal, HOSTILE.markup, HOSTILE.closing].map((kernel, seed) =>
      hostResult({
        seed,
        change: (one) =>
          one.workload === 'integer'
            ? { ...one, workload: HOSTILE.markdown }
            : { ...one, workload: HOSTILE.formula },
        finish: (result) => ({ ...result, host: { ...result.host, kernel } }),
      }),
    ),
    new FleetTable(),
  );
  const hosts = fleet.hosts.map((host, index) => ({
    ...host,
    name: [HOSTILE.terminal, HOSTILE.markup, HOSTILE.formula][index] ?? '',
  }));
  const leftOut = { why: 'unreadable', reason: HOSTILE.terminal } as const;
  return {
    ...fleet,
    hosts: [...hosts, { ...(hosts[0] as Fleet['hosts'][number]), name: HOSTILE.markdown, leftOut }],
  };
}
