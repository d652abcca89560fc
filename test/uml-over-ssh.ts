/**
 * A Linux guest that is reached by SSH without any network: User Mode Linux on this computer's files, whose first process
 * is OpenSSH's server, on a console that is the connection. Each connection boots one, and ends it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its first process; its root is this computer's, read only, so that programs are copied into /var/tmp. */
const init = (folder: string) => `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /var/tmp
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
# As a pipe would be.
stty -F /dev/tty1 raw -echo
exec /usr/sbin/sshd -i -f ${folder}/sshd_config </dev/tty1 >/dev/tty1 2>/dev/null
`;

/**
 * Between ssh and the guest: little at a time. A console of User Mode Linux (6.1) that has once been sent more than it holds
 * stays deaf to all that comes later.
 */
const RELAY = `
import { spawn } from 'node:child_process';
const [command, ...args] = process.argv.slice(2);
const guest = spawn(command, args, { stdio: ['pipe', 'inherit', 'ignore'] });
guest.on('exit', () => process.exit(0));
guest.stdin.on('error', () => {});
let waiting = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  waiting = Buffer.concat([waiting, chunk]);
});
process.stdin.on('end', () => process.exit(0));
setInterval(() => {
  if (waiting.length > 0) guest.stdin.write(waiting.subarray(0, 256));
  waiting = waiting.subarray(256);
}, 4);
`;

/** Makes keys and configuration in a folder outside /run and /var/tmp; returns what hvbench's environment needs. */
export function umlServer(folder: string): { readonly HVBENCH_SSH_CONFIG: string } {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const at = (name: string) => join(folder, name);
  for (const name of ['host', 'user'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  writeFileSync(
    at('sshd_config'),
    [
      ...[`HostKey ${at('host')}`, `AuthorizedKeysFile ${at('user.pub')}`, 'StrictModes no', 'UsePAM no'],
      ...[
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PermitRootLogin yes',
        'LogLevel ERROR',
        '',
      ],
    ].join('\n'),
  );
  writeFileSync(at('relay.mjs'), RELAY);
  writeFileSync(at('init'), init(folder));
  chmodSync(at('init'), 0o755);
  writeFileSync(at('known_hosts'), `guest ${readFileSync(at('host.pub'), 'utf8')}`);
  const boot = [
    // Its helpers leave its group, and would outlive the connection.
    ...['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['linux.uml', 'mem=256M', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${at('init')}`, 'quiet'],
    ...['con=null', 'con0=null', 'con1=fd:0,fd:1'],
  ];
  writeFileSync(
    at('ssh_config'),
    [
      ...['Host guest', '  User root', `  IdentityFile ${at('user')}`, '  IdentitiesOnly yes'],
      ...[`  UserKnownHostsFile ${at('known_hosts')}`, '  GlobalKnownHostsFile /dev/null'],
      ...[`  ProxyCommand ${process.execPath} ${at('relay.mjs')} ${boot.join(' ')}`, ''],
    ].join('\n'),
  );
  return { HVBENCH_SSH_CONFIG: at('ssh_config') };
}
