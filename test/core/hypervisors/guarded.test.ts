import { describe, expect, it } from 'vitest';
import type { GuestImage } from '../../../core/guest/build.ts';
import { localHost } from '../../../core/host/local.ts';
import { guarded } from '../../../core/hypervisors/guarded.ts';
import {
  type Availability,
  type Hypervisor,
  type Machine,
  MachineError,
  Refusal,
} from '../../../core/hypervisors/hypervisor.ts';
import { nice } from '../../plugins/toy/nice.ts';
import { fixtureResult } from '../../reports/fixture.ts';

const known = { record: fixtureResult({ hostile: false }).host, kernels: {} };
const driver = (changed: Partial<Hypervisor>) => guarded({ ...nice, ...changed }, 'toy');
const image = { isa: 'x86_64', runtime: 'linux', path: '/nowhere', folder: '/' } satisfies GuestImage;

describe('a driver of a plugin', () => {
  it('says what it says', async () => {
    const own = await nice.probe(localHost, known);
    expect(await driver({}).probe(localHost, known)).toEqual(own);
    expect(driver({ files: async () => ['/etc/hosts'] }).files).toBeTypeOf('function');
    expect(driver({}).files).toBeUndefined();
  });

  const probing = async (found: unknown) => {
    const { available, reason, id } = await driver({ probe: async () => found as Availability }).probe(
      localHost,
      known,
    );
    expect({ id, available }).toEqual({ id: 'nice', available: false });
    return reason;
  };

  it('is not available if its probe throws, or gives what is no answer', async () => {
    const own = await nice.probe(localHost, known);
    const thrown = driver({
      probe: () => {
        throw new Error('no bus');
      },
    });
    expect((await thrown.probe(localHost, known)).reason).toBe('plugin toy: no bus');
    expect(await probing({ ...own, mode: 'magic' })).toMatch(
      /^plugin toy: its probe gives no Availability: mode: /,
    );
    expect(await probing(undefined)).toMatch(/^plugin toy: its probe gives no Availability: /);
    expect(await probing({ ...own, id: 'kvm' })).toBe('plugin toy: its probe speaks of kvm instead of nice');
  });

  it('fails by MachineError alone, with its own words if it has them', async () => {
    const own = new MachineError('the guest is gone');
    const launch = (error: unknown) =>
      driver({
        launch: async () => {
          throw error;
        },
      }).launch(localHost, { image, cpu: 0, features: [] });
    await expect(launch(own)).rejects.toBe(own);
    await expect(launch(new Error('boom'))).rejects.toThrow(new MachineError('plugin toy: boom'));
    await expect(launch('boom')).rejects.toBeInstanceOf(MachineError);
  });

  it('is not available if its probe never answers', async () => {
    const silent = guarded({ ...nice, probe: () => new Promise(() => {}) }, 'toy', 20);
    expect((await silent.probe(localHost, known)).reason).toBe('plugin toy: no answer within 0.02 s');
  });

  it('has machines that fail by MachineError alone, of whichever installation they are', async () => {
    const failing = (error: unknown) => async () => {
      throw error;
    };
    const own = {
      ...{ pid: 7, startMs: 1, about: 'toy', bootMs: null },
      milestones: { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: 1 },
      identify: failing(new Error('boom')),
      prepare: failing(Object.assign(new Error('too large'), { name: 'Refusal' })),
      run: failing(Object.assign(new Error('it died'), { name: 'MachineError' })),
      usage: async () => ({ cpuNs: 1, peakResidentBytes: 2, largePageBytes: 3 }),
      stop: async () => {},
    } satisfies Machine;
    const verified: Machine[] = [];
    const guard = driver({
      launch: async () => own,
      verify: async (_host, _identity, machine) => {
        verified.push(machine);
        return [];
      },
    });
    const machine = await guard.launch(localHost, { image, cpu: 0, features: [] });
    const { pid, startMs, about, bootMs, milestones } = machine;
    expect(own).toMatchObject({ pid, startMs, about, bootMs, milestones });
    await expect(machine.identify()).rejects.toEqual(new MachineError('plugin toy: boom'));
    const refused = machine.prepare({ name: 'x/y', seed: 1, argument: 0 });
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    await expect(refused).rejects.toThrow(/^too large$/);
    await expect(machine.run(1, 1)).rejects.toEqual(new MachineError('it died'));
    expect(await machine.usage()).toEqual({ cpuNs: 1, peakResidentBytes: 2, largePageBytes: 3 });
    await machine.stop();
    await guard.verify(localHost, {} as never, machine, await nice.probe(localHost, known));
    expect(verified).toEqual([own]);
    expect(verified[0]).toBe(own);
  });

  it('has its own `this`', async () => {
    class Driver {
      readonly id = 'nice';
      readonly runtimes = nice.runtimes;
      readonly #secret = 'kept';
      async probe() {
        return { ...(await nice.probe(localHost, known)), notes: [this.#secret] };
      }
      launch = nice.launch;
      verify = nice.verify;
    }
    expect((await guarded(new Driver(), 'toy').probe(localHost, known)).notes).toEqual(['kept']);
  });
});
