/** What Ubuntu 24.04 does unlike Debian, by fixtures in the user land of Debian 13. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../cli/command.ts';
import { kvmIsUsable } from '../../kvm.ts';
import { asUser, EVERYTHING, inUserLand, TRIXIE, withoutKvm } from './places.ts';
import type { Place, System } from './system.ts';

const USER = 1000;
const FIXTURES = join(ROOT, 'test/fixtures/ubuntu');
const SETTING = 'kernel.apparmor_restrict_unprivileged_userns';

/** Its name, its gcc, a setting of its kernel, a kernel that only root may read, and a device for a group. */
const INSIDE = `
mount --bind "${FIXTURES}/os-release" /etc/os-release
mount --bind "${FIXTURES}/bin" /usr/local/bin
mount -t tmpfs none /boot
echo kernel > /boot/vmlinuz-6.8.0-45-generic; chmod 600 /boot/vmlinuz-6.8.0-45-generic
mount -t tmpfs none /srv; mkdir /srv/kernel
cp -r /proc/sys/kernel/. /srv/kernel 2>/dev/null || true
echo 1 > /srv/kernel/${SETTING.replace('kernel.', '')}
mount --bind /srv/kernel /proc/sys/kernel
{ cat /etc/group; echo kvm:x:993:; } > /srv/group; mount --bind /srv/group /etc/group
if [ -e /dev/kvm ]; then
  mknod /srv/kvm c 10 232; chgrp kvm /srv/kvm; chmod 660 /srv/kvm; mount --bind /srv/kvm /dev/kvm
fi`;

async function open(folder: string): Promise<Place | string> {
  const debian = await inUserLand(TRIXIE, folder);
  const place = await inUserLand(TRIXIE, folder, { inside: INSIDE });
  if (typeof place === 'string' || typeof debian === 'string') return 'as Debian 13';
  const restricted = join(folder, 'restricted');
  const [command = '', ...args] = debian.options.under ?? [];
  const compiler = ['gcc', '-o', restricted, join(FIXTURES, 'restricted.c')];
  const { status, stderr } = spawnSync(command, [...args, ...compiler], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`restricted.c: ${stderr}`);
  const as = [...asUser(USER), 'env', `HOME=${folder}`, restricted];
  return {
    ...place,
    options: { ...place.options, under: [...(place.options.under ?? []), ...as] },
    ...{ fetching: debian.options, user: USER, sameCodeAs: 'debian-13' },
    able: withoutKvm(EVERYTHING).filter((id) => id !== 'container'),
    boots: ['native', 'qemu-tcg', 'uml', 'v86'],
    ...(kvmIsUsable && { unable: { kvm: /sudo usermod -aG kvm \$USER/ } }),
    refusal: {
      line: new RegExp(`only root may create user namespaces .*${SETTING} is 1.*sudo sysctl -w ${SETTING}=0`),
      elsewhere: place.options,
    },
  };
}

export const ubuntu: System = {
  id: 'ubuntu',
  title: "Ubuntu 24.04's differences",
  about:
    "Fixtures in Debian 13's user land: the name of the system, a gcc with Ubuntu's defaults (-fcf-protection, stack protector and clash protection, _FORTIFY_SOURCE=3, -z now, --as-needed, GNU hash style), user namespaces in which nothing may be done, /dev/kvm for a group that the user is not in, a kernel in /boot that only root may read. A user runs it; exec is refused by one line that names the setting, and works as root. Guest code has to equal that of Debian 13.",
  open,
};
