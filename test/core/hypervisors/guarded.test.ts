import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import type { GuestImage } from '../../../core/guest/build.ts';
import { localHost } from '../../../core/host/local.ts';
import type { ComputerState, Elsewhere, Place } from '../../../core/hypervisors/elsewhere.ts';
import { guarded } from '../../../core/hypervisors/guarded.ts';
import {
  type Availability,
  ConnectionLost,
  type Hypervisor,
  type Machine,
  MachineError,
  Refusal,
} from '../../../core/hypervisors/hypervisor.ts';
import type { Every } from '../../../core/model/every.ts';
import { computerLike } from '../../other-computer.ts';
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

  it('keeps every part', async () => {
    const lack = async () => null;
    const fail = async () => {
      throw new MachineError('it has none');
    };
    const whole: Omit<Every<Hypervisor>, 'probe' | 'launch' | 'verify'> = {
      ...{ id: 'nice', runtimes: { bare: 'linux', linux: null }, ownKernel: true, translatesOnce: true },
      machineTypes: { bare: ['pc'], linux: [] },
      scratch: { mmio: 4096 },
      offers: { linux: { vcpus: 2 } },
      variant: { of: 'nice', missing: lack },
      variants: { options: ['path'], create: () => nice },
      commands: { lack, launch: fail },
      vmGroups: {
        ...{ inOneProcess: true, translates: false, lack: () => null, launchMany: fail },
        needs: { memoryBytes: 1 } as never,
      },
      files: async () => ['/etc/hosts'],
      elsewhere: { stolen: async () => 0, place: async () => null, state: fail },
    };
    const kept = driver(whole as Partial<Hypervisor>);
    const { variants, files, elsewhere, commands: _, vmGroups, ...data } = whole;
    expect(kept).toMatchObject(data);
    expect(await kept.commands?.lack(localHost, '/bin/true', undefined)).toBeNull();
    expect(kept.vmGroups).toMatchObject({ inOneProcess: true, translates: false, needs: vmGroups?.needs });
    await expect(kept.commands?.launch(localHost, {} as never)).rejects.toThrow(/^it has none$/);
    await expect(kept.vmGroups?.launchMany(localHost, {} as never, 1)).rejects.toThrow(/^it has none$/);
    expect(kept.variants?.options).toEqual(variants?.options);
    expect(kept.variants?.create('other', {})).toMatchObject({ id: 'nice' });
    expect(await kept.files?.(localHost)).toEqual(await files?.(localHost));
    expect(Object.keys(kept.elsewhere ?? {}).sort()).toEqual(Object.keys(elsewhere ?? {}).sort());
    const bare: Record<string, unknown> = { ...driver({}) };
    const optional = Object.keys(whole).filter((part) => !['id', 'runtimes'].includes(part));
    expect(optional.map((part) => bare[part])).toEqual(optional.map(() => undefined));
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

  it('loses a connection as the connection that it is, of whichever installation', async () => {
    const { launch } = driver({
      launch: async () => {
        throw Object.assign(new Error('no route'), { name: 'ConnectionLost' });
      },
    });
    await expect(launch(localHost, { image, cpu: 0, features: [] })).rejects.toBeInstanceOf(ConnectionLost);
  });

  it('has machines for commands, and many at once, that fail by MachineError alone too', async () => {
    const boom = async () => {
      throw new Error('boom');
    };
    const group = { grow: boom, ask: boom, touchedBytes: boom, pids: () => [7], stop: async () => {} };
    const made = driver({
      commands: { lack: boom, launch: async () => ({ pid: 7, read: boom }) as never },
      vmGroups: {
        ...{ inOneProcess: true, translates: false, needs: {} as never, launchMany: async () => group },
        lack: () => {
          throw new Error('boom');
        },
      },
    });
    const own = new MachineError('plugin toy: boom');
    expect(await made.commands?.lack(localHost, '/bin/true', undefined)).toEqual({ reason: own.message });
    const machine = await made.commands?.launch(localHost, {} as never);
    expect(machine?.pid).toBe(7);
    await expect(machine?.read(0, 1)).rejects.toEqual(own);
    expect(made.vmGroups?.lack({} as never)).toBe('boom');
    const many = await made.vmGroups?.launchMany(localHost, {} as never, 1);
    expect(many?.pids()).toEqual([7]);
    await expect(many?.grow(1, {} as never, 1, () => {})).rejects.toEqual(own);
    await expect(many?.ask({} as never)).rejects.toEqual(own);
    await expect(many?.touchedBytes()).rejects.toEqual(own);
    await many?.stop();
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

describe('a driver of a plugin whose machines are elsewhere', () => {
  const state: ComputerState = {
    ...{ load: [1, 2, 3], stolen: { now: 0.5, sinceBoot: null }, availableBytes: 7 },
    frequency: { governor: null, kHz: 1000, mostKHz: null },
    clock: { offsetNs: -5, roundTripNs: 9 },
  };
  const place: Place = { id: 'there 1', lock: async () => () => {} };
  const there: Elsewhere = {
    ...{ stolen: async () => 0.25, place: async () => place, state: async () => state },
  };
  const elsewhere = (changed: Partial<Elsewhere> = {}): Elsewhere => {
    const kept = driver({ elsewhere: { ...there, ...changed } }).elsewhere;
    if (!kept) throw new Error('it was lost');
    return kept;
  };

  it('tells what it tells', async () => {
    expect(await elsewhere().stolen(localHost)).toBe(0.25);
    expect(await elsewhere({ stolen: async () => null }).stolen(localHost)).toBeNull();
    expect(await elsewhere().state(localHost)).toEqual(state);
    expect((await elsewhere().place(localHost))?.id).toBe('there 1');
    expect(await elsewhere({ place: async () => null }).place(localHost)).toBeNull();
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'throws',
      () => elsewhere({ state: () => Promise.reject(new Error('boom')) }).state(localHost),
      'plugin toy: boom',
    ],
    [
      'tells no share',
      () => elsewhere({ stolen: async () => 7 }).stolen(localHost),
      'plugin toy: elsewhere.stolen is no answer: Too big: expected number to be <=1',
    ],
    [
      'tells half a state',
      () => elsewhere({ state: async () => ({ ...state, clock: 1 }) as never }).state(localHost),
      'plugin toy: elsewhere.state.clock is no answer: Invalid input: expected object, received number',
    ],
    [
      'names no place',
      () => elsewhere({ place: async () => ({}) as never }).place(localHost),
      'plugin toy: elsewhere.place.id is no answer: it is no text',
    ],
  ])('fails by MachineError alone if it %s', async (_, asked, message) => {
    await expect(asked()).rejects.toEqual(new MachineError(message));
  });

  it('is locked, or says why not in a line of its own', async () => {
    const locking = async (error: Error, signal?: AbortSignal) => {
      const busy = { ...place, lock: () => Promise.reject(error) };
      const kept = await elsewhere({ place: async () => busy }).place(localHost);
      return kept?.lock({ cpus: [0], note: () => {}, signal });
    };
    const taken = await elsewhere().place(localHost);
    expect(await taken?.lock({ cpus: [0], note: () => {} })).toBeTypeOf('function');
    await expect(locking(new Error('boom'))).rejects.toEqual(new UserError('plugin toy: boom'));
    const others = Object.assign(new Error('another hvbench measures'), { name: 'UserError' });
    await expect(locking(others)).rejects.toEqual(new UserError('another hvbench measures'));
    const stopped = new Error('stopped');
    await expect(locking(stopped, AbortSignal.abort())).rejects.toBe(stopped);
  });

  it('says what computer that is, or is not available', async () => {
    const computer = computerLike(known.record, 'Another CPU');
    const probed = async (changed: Partial<Hypervisor>, found: Partial<Availability>) => {
      const probe = async () => ({ ...(await nice.probe(localHost, known)), ...found });
      const { available, reason } = await driver({ ...changed, probe }).probe(localHost, known);
      return available || reason;
    };
    expect(await probed({ elsewhere: there }, { computer })).toBe(true);
    expect(await probed({ elsewhere: there }, { available: false, reason: 'no route' })).toBe('no route');
    expect(await probed({}, { computer: { ...computer, sameAsHost: true } })).toBe(true);
    expect(await probed({ elsewhere: there }, {})).toMatch(
      /^plugin toy: its machines are elsewhere, and its/,
    );
    expect(await probed({}, { computer })).toMatch(/^plugin toy: its probe speaks of another computer, and/);
  });
});
