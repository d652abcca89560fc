/** Where a machine by SSH is, and the `ssh` that goes there. */
import { UserError } from '../../errors.ts';

export interface Address {
  /** A name of the DNS or of ssh_config, or an IP address. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** Names that neither `ssh` nor a shell takes for anything else. */
const HOST = /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]{0,254}$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}$/;
const SYNTAX = 'write ssh://[USER@]HOST[:PORT]';

/** `ssh://root@vm1:22`, `ssh://[::1]`. Throws UserError. */
export function parseAddress(url: string): Address {
  const parts = /^ssh:\/\/(?:(.*)@)?(\[[^\]]*\]|[^:/@[\]]*)(?::(\d{1,5}))?\/?$/.exec(url);
  const [, user, named = '', digits] = parts ?? [];
  const host = named.replace(/^\[|\]$/g, '');
  const port = digits === undefined ? undefined : Number(digits);
  if (!HOST.test(host)) throw new UserError(`'${url}' is no address of a machine by SSH: ${SYNTAX}`);
  if (user?.includes(':')) throw new UserError(`${SYNTAX}: a password is taken from nowhere, use a key`);
  if (user !== undefined && !USER.test(user)) throw new UserError(`'${user}' is no user: ${SYNTAX}`);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new UserError(`${port} is no port: use one from 1 to 65535`);
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}

/** How `ssh` is told where to go: for its own use, and for advice. */
export function destination({ host, user, port }: Address): string[] {
  return [
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    host,
  ];
}

/** Unanswered for so long, a connection counts as lost: three times this. */
const ALIVE_SECONDS = 5;
const CONNECT_SECONDS = 10;

/**
 * Keys, jump hosts and known hosts are the user's own, as `ssh` finds them; what a measurement depends on is told here: it
 * asks for nothing, takes no key of a host that is not known, and shares its connection with nobody.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  BatchMode: 'yes',
  StrictHostKeyChecking: 'yes',
  ConnectTimeout: String(CONNECT_SECONDS),
  ConnectionAttempts: '1',
  ServerAliveInterval: String(ALIVE_SECONDS),
  ServerAliveCountMax: '3',
  // A program is mostly the room between its parts.
  Compression: 'yes',
  ControlMaster: 'no',
  ControlPath: 'none',
  ClearAllForwardings: 'yes',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  PermitLocalCommand: 'no',
  RequestTTY: 'no',
  LogLevel: 'INFO',
};

/** Another ssh_config than the user's own. */
const SSH_CONFIG = 'HVBENCH_SSH_CONFIG';

/** The arguments by which `ssh` runs a command there. */
export function sshArguments(
  address: Address,
  command: string,
  configFile = process.env[SSH_CONFIG],
): string[] {
  return [
    ...(configFile ? ['-F', configFile] : []),
    ...Object.entries(OPTIONS).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...['-T', ...destination(address), command],
  ];
}
