/** What the process of a v86 machine (machine.ts) is told. */
import { machineArguments } from '../machine-script.ts';

export interface V86Machine {
  /** A multiboot one, or the initramfs of `kernel`. */
  readonly image: string;
  readonly memoryMib: number;
  /** A Linux kernel, and the SeaBIOS that boots it. */
  readonly linux?: { readonly kernel: string; readonly bios: string };
  /** Another version of v86: its script and its WebAssembly. */
  readonly library?: { readonly script: string; readonly wasm: string } | undefined;
}

export const v86Arguments = (machine: V86Machine): string[] => machineArguments('v86', machine);
