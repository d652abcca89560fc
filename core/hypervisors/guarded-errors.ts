/** Errors of a driver of somebody else's, in the classes that whoever measures knows. */
import { ConnectionLost, MachineError, Refusal } from './hypervisor.ts';

/** Does something that fails by MachineError alone. */
export type Failing = <T>(work: () => Promise<T>) => Promise<T>;

/** `plugin`: who is told to have failed otherwise. */
export function failingBy(plugin: string): Failing {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      throw machineError(error, plugin);
    }
  };
}

const KINDS: ReadonlyMap<unknown, new (message: string) => MachineError> = new Map([
  ['MachineError', MachineError],
  ['Refusal', Refusal],
  ['ConnectionLost', ConnectionLost],
]);

/** A plugin may have an installation of hvbench of its own, whose errors are of other classes: they have the same names. */
function machineError(error: unknown, plugin: string): MachineError {
  if (error instanceof MachineError) return error;
  const message = messageOf(error);
  const Kind = KINDS.get(Object(error).name);
  return Kind ? new Kind(message) : new MachineError(`plugin ${plugin}: ${message}`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
