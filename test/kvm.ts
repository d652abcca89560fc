import { accessSync, constants } from 'node:fs';

/** Whether this user may use /dev/kvm: the name `kvm` of requireOrSkip. */
export const kvmIsUsable = isUsable('/dev/kvm');

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
