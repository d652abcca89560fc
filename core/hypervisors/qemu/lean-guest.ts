/** One QEMU with as little around it as it takes: a process of its own, without one of ours beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { FrameReader, GO_ON } from '../../guest/frame-reader.ts';
import { packCommand } from '../../guest/packed-frame.ts';
import { type Command, decodeReply, encodeCommand, type Reply } from '../../guest/protocol.ts';
import { MachineError } from '../hypervisor.ts';
import { withoutHugePages } from '../kvm/system-calls.ts';
import { leastOfQemu, withLeast } from '../least-privilege.ts';
import type { Accelerator } from './accelerators.ts';
import { machineCommand, OWN, type QemuBuild } from './build.ts';
import { machineOptions } from './machine-types.ts';

const STDERR_LIMIT = 4096;

export class LeanGuest {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #serial: Duplex | undefined;
  readonly #ended: Promise<void>;
  #stderr = '';
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;
  #failure: MachineError | null = null;

  /** `qemu`: the path of the program. */
  constructor(
    qemu: string,
    accelerator: Accelerator,
    image: string,
    memoryMib: number,
    cpus: readonly number[],
    build: QemuBuild = OWN,
  ) {
    const machine = machineOptions(build.machineType ?? 'microvm');
    const [command = '', ...argv] = [
      ...[...withLeast(leastOfQemu(false)), 'taskset', '-c', cpus.join(',')],
      ...machineCommand(qemu, build, machine, accelerator),
      ...['-smp', '1', '-m', `${memoryMib}`, '-kernel', image, '-append', 'serial'],
      ...['-chardev', 'socket,id=debug,fd=3', '-device', 'isa-debugcon,iobase=0xe9,chardev=debug'],
      ...['-chardev', 'socket,id=serial,fd=4', '-serial', 'chardev:serial'],
    ];
    // QEMU asks for pages of 2 MiB, and would hold several times what the guest touches.
    const child = withoutHugePages(() =>
      spawn(command, argv, {
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
        // A session of its own: Ctrl-C reaches the tool alone.
        detached: true,
      }),
    );
    this.#child = child;
    this.pid = child.pid ?? 0;
    const [, , stderr, debug, serial] = (child.stdio ?? []) as readonly (Duplex | undefined)[];
    this.#serial = serial;
    stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8');
    });
    const reader = new FrameReader(
      (mark) => {
        if (mark !== 'runs') serial?.write(GO_ON);
      },
      (frame) => this.#receive(frame),
    );
    debug?.on('data', (chunk: Buffer) => {
      try {
        reader.receive(chunk);
      } catch (error) {
        this.#refuse((error as Error).message);
      }
    });
    for (const stream of [debug, serial, stderr]) stream?.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#fail(`QEMU cannot be started: ${error.message}`);
        resolve();
      });
      child.on('close', (code, signal) => {
        const said = this.#stderr.trim().split('\n').at(-1)?.slice(0, 300);
        this.#fail(
          said || (signal ? `QEMU died by ${signal}` : `QEMU exited unexpectedly (exit code ${code})`),
        );
        resolve();
      });
    });
  }

  /** Waits for the first frame, which comes by itself. Throws MachineError. */
  hello(limitMs: number): Promise<Reply> {
    return this.#await(limitMs);
  }

  /** Throws MachineError. */
  ask(command: Command, limitMs: number): Promise<Reply> {
    if (!this.#failure) {
      this.#child.kill('SIGCONT');
      this.#serial?.write(packCommand(encodeCommand(command)));
    }
    return this.#await(limitMs);
  }

  /** Kills it and waits for its end. */
  async stop(): Promise<void> {
    if (this.pid && this.#child.exitCode === null && this.#child.signalCode === null)
      this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #await(limitMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const timer = setTimeout(() => {
        this.#fail(`QEMU gave no answer within ${limitMs / 1000} s`);
        void this.stop();
      }, limitMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting = null;
      };
      this.#waiting = {
        resolve: (reply) => {
          settle();
          resolve(reply);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  #receive(frame: Buffer): void {
    if (!this.#waiting) {
      this.#refuse('QEMU sent more than requested');
      return;
    }
    try {
      const reply = decodeReply(frame);
      // Until it is asked again it stands still: a guest that polls its serial line would keep a CPU busy.
      this.#child.kill('SIGSTOP');
      this.#waiting.resolve(reply);
    } catch (error) {
      this.#refuse((error as Error).message);
    }
  }

  /** What speaks another language is not listened to any longer. */
  #refuse(message: string): void {
    this.#fail(message);
    void this.stop();
  }

  /** The first failure is the one that is told. */
  #fail(message: string): void {
    this.#failure ??= new MachineError(message);
    this.#waiting?.reject(this.#failure);
  }
}
