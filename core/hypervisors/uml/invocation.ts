/** What the process of a machine of User Mode Linux (machine.ts) is told. */
import { machineArguments } from '../machine-script.ts';

export interface UmlMachine {
  /** A path, or a name on the PATH. */
  readonly program: string;
  /** Further words of the kernel's command line; none if left out. */
  readonly args?: readonly string[] | undefined;
  readonly initramfs: string;
  readonly memoryMib: number;
  /**
   * Who has enclosed the process: root, or a user in a namespace of its own; its guest takes what it does from the
   * initramfs. Null if nobody has.
   */
  readonly enclosed: 'root' | 'user' | null;
  /** Whether its memory lies in a tmpfs of its own, not in the folder that UML chooses; of one that is not enclosed. */
  readonly ownMemory?: boolean;
  /** Whether it is started in a user namespace; of one that is not enclosed. */
  readonly users?: boolean;
  /** A library to load into it. */
  readonly preload?: string | undefined;
}

export const umlArguments = (machine: UmlMachine): string[] => machineArguments('uml', machine);
