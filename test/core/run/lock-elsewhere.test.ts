import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { localHost } from '../../../core/host/local.ts';
import type { Elsewhere, Place } from '../../../core/hypervisors/elsewhere.ts';
import { MachineError } from '../../../core/hypervisors/hypervisor.ts';
import { lockElsewhere } from '../../../core/run/lock-elsewhere.ts';
import type { Plan } from '../../../core/run/plan.ts';

beforeEach(() => vi.stubEnv('HVBENCH_LOCKS', undefined));
afterEach(() => vi.unstubAllEnvs());

/** What was taken and given back, in order. */
let told: string[] = [];
beforeEach(() => {
  told = [];
});
const note = (text: string) => void told.push(text);

function cpu(id: string, busy = false): Place {
  return {
    id,
    async lock() {
      if (busy) throw new UserError(`another hvbench measures on ${id}`);
      told.push(`takes ${id}`);
      return () => void told.push(`gives ${id}`);
    },
  };
}

function plan(
  places: Readonly<Record<string, Place | null | MachineError | 'here'>>,
): Pick<Plan, 'experiments' | 'cpus'> {
  const machines = Object.entries(places).map(([id, place]) => {
    const elsewhere: Partial<Elsewhere> = {
      async place() {
        if (place instanceof Error) throw place;
        return place as Place | null;
      },
    };
    return { hypervisor: { id, ...(place !== 'here' && { elsewhere }) } };
  });
  // Each machine is in as many experiments as there are ISAs.
  const cpus = { benchCpu: 1, toolCpus: [0] };
  return { cpus, experiments: [{ machines }, { machines }] } as unknown as Pick<Plan, 'experiments' | 'cpus'>;
}

test('each CPU is taken once, whatever it is called, and all in one order', async () => {
  const giveBack = await lockElsewhere(
    plan({ native: cpu('b 1'), vm1: cpu('a 3'), same: cpu('b 1'), kvm: 'here', loop: null }),
    localHost,
    { note },
  );
  expect(told).toEqual(['takes a 3', 'takes b 1']);
  giveBack();
  expect(told.slice(2).sort()).toEqual(['gives a 3', 'gives b 1']);
});

test('if one is busy for too long, none is kept', async () => {
  await expect(lockElsewhere(plan({ x: cpu('a'), y: cpu('b', true) }), localHost, { note })).rejects.toThrow(
    'another hvbench measures on b',
  );
  expect(told).toEqual(['takes a', 'gives a']);
});

test('one that cannot be asked is told, and the others are taken', async () => {
  await lockElsewhere(plan({ x: new MachineError('no connection'), y: cpu('b') }), localHost, { note });
  expect(told).toEqual([
    'hvbench cannot lock the CPU of x against another hvbench: no connection',
    'takes b',
  ]);
});

test('whoever wants no locks takes none', async () => {
  vi.stubEnv('HVBENCH_LOCKS', '');
  (await lockElsewhere(plan({ y: cpu('b') }), localHost, { note }))();
  expect(told).toEqual([]);
});
