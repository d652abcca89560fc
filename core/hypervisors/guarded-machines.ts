/** Machines of a driver of somebody else's, whose methods fail by MachineError alone. */
import type { Every } from '../model/every.ts';
import { type Failing, messageOf } from './guarded-errors.ts';
import type { CommandMachine, CommandRunner, Lack, Machine, VmGroupLauncher } from './hypervisor.ts';
import type { VmGroup } from './vm-group.ts';

/** `own`: the machine as it was given. */
export class GuardedMachine implements Every<Machine> {
  readonly own: Machine;
  readonly #failing: Failing;

  constructor(own: Machine, failing: Failing) {
    this.own = own;
    this.#failing = failing;
  }

  get pid() {
    return this.own.pid;
  }
  get startMs() {
    return this.own.startMs;
  }
  get about() {
    return this.own.about;
  }
  get bootMs() {
    return this.own.bootMs;
  }
  get milestones() {
    return this.own.milestones;
  }
  identify() {
    return this.#failing(() => this.own.identify());
  }
  prepare(...args: Parameters<Machine['prepare']>) {
    return this.#failing(() => this.own.prepare(...args));
  }
  run(iterations: number, limitMs: number) {
    return this.#failing(() => this.own.run(iterations, limitMs));
  }
  usage() {
    return this.#failing(() => this.own.usage());
  }
  stop() {
    return this.#failing(() => this.own.stop());
  }
}

class GuardedCommandMachine extends GuardedMachine implements Every<CommandMachine> {
  readonly #read: CommandMachine['read'];

  constructor(own: CommandMachine, failing: Failing) {
    super(own, failing);
    this.#read = (from, length) => failing(() => own.read(from, length));
  }

  read(from: number, length: number) {
    return this.#read(from, length);
  }
}

/** `lack` never throws: what does is a lack. */
export function guardedCommands(commands: CommandRunner, failing: Failing): Every<CommandRunner> {
  const { onRequest, offers } = commands;
  return {
    ...{ onRequest, offers },
    lack: (...asked) =>
      failing(() => commands.lack(...asked)).catch(({ message: reason }: Error): Lack => ({ reason })),
    launch: (...told) =>
      failing(async () => new GuardedCommandMachine(await commands.launch(...told), failing)),
  };
}

/** The same of machines that live at once. */
export function guardedGroups(groups: VmGroupLauncher, failing: Failing): Every<VmGroupLauncher> {
  const { inOneProcess, translates, needs, offers } = groups;
  return {
    ...{ inOneProcess, translates, needs, offers },
    lack(availability) {
      try {
        return groups.lack(availability);
      } catch (error) {
        return messageOf(error);
      }
    },
    launchMany: (...told) => failing(async () => guardedGroup(await groups.launchMany(...told), failing)),
  };
}

function guardedGroup(own: VmGroup, failing: Failing): Every<VmGroup> {
  return {
    grow: (...told) => failing(() => own.grow(...told)),
    ask: (...told) => failing(() => own.ask(...told)),
    touchedBytes: () => failing(() => own.touchedBytes()),
    pids: () => own.pids(),
    stop: () => failing(() => own.stop()),
  };
}
