/** Programs that host a guest in a process of its own. They load as little as they can: a start is measured. */
import { join } from 'node:path';
import { packageRoot } from '../package.ts';

/** The compiled program of a driver. */
export function machineScript(driver: string): string {
  return join(packageRoot(), 'dist/core/hypervisors', driver, 'machine.js');
}

/** Starts it, and tells it what the machine is in one argument: JSON. */
export function machineArguments(driver: string, machine: object): string[] {
  return [process.execPath, machineScript(driver), JSON.stringify(machine)];
}

/** What it was told. */
export function toldMachine<Machine extends object>(): Machine {
  return JSON.parse(process.argv[2] ?? '{}') as Machine;
}
