/** Every driver, in the order in which people see them. A new hypervisor is a folder and a line here. */
import { container } from './container/driver.ts';
import type { Hypervisor } from './hypervisor.ts';
import { kvm } from './kvm/driver.ts';
import { control, native } from './native/driver.ts';
import { qemu } from './qemu/driver.ts';
import { uml } from './uml/driver.ts';
import { v86 } from './v86/driver.ts';

export const hypervisors: readonly Hypervisor[] = [native, control, container, kvm, ...qemu, uml, v86];
