/** A listening socket for another program: Node's own servers would take the connections themselves. */
import koffi from 'koffi';

const libc = koffi.load(null);
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, unsigned int length)');
const listen = libc.func('int listen(int fd, int backlog)');

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
/** Bytes of a path in struct sockaddr_un, its end included. */
const PATH_BYTES = 108;

/** An open file that listens at a path, for one connection. Throws where it cannot. */
export function listenAt(path: string): number {
  const name = Buffer.from(path);
  if (name.length >= PATH_BYTES) throw new Error(`no socket can have so long a path: ${path}`);
  const address = Buffer.alloc(2 + PATH_BYTES);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, address, address.length) < 0 || listen(fd, 1) < 0)
    throw new Error(`cannot listen at ${path} (errno ${koffi.errno()})`);
  return fd;
}
