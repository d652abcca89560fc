/** Whether an emulated computer goes on: by what comes from it, and by what it answers when it is asked. */

const STEP_MS = 5000;

export interface Watch {
  /** How long nothing may come, ms. */
  readonly limitMs: number;
  /** Asks for a sign of life, one that has to be answered before the next; without it one waits for what comes by itself. */
  readonly ask?: () => void;
}

/**
 * Calls `silent` once, when nothing has come for as long as that may be. Time is counted in steps of this process: where
 * the tool and what it watches were both halted, neither is late.
 */
export class Pulse {
  readonly #stepMs: number;
  readonly #timer: NodeJS.Timeout;
  #watch: Watch;
  #silentMs = 0;
  #asked = false;

  /** `step` is called at each step, with how long nothing has come, ms. */
  constructor(watch: Watch, silent: () => void, step: (silentMs: number) => void, stepMs = STEP_MS) {
    this.#watch = watch;
    this.#stepMs = stepMs;
    this.#timer = setInterval(() => {
      this.#silentMs += stepMs;
      step(this.#silentMs);
      if (this.#silentMs >= this.#watch.limitMs) {
        this.stop();
        silent();
      } else if (this.#watch.ask && !this.#asked) {
        this.#asked = true;
        this.#watch.ask();
      }
    }, this.#stepMs);
  }

  /** From now on it is watched like this. */
  change(watch: Watch): void {
    this.#watch = watch;
    this.heard();
  }

  /** Something came. */
  heard(): void {
    this.#silentMs = 0;
  }

  /** What was asked for came. */
  answered(): void {
    this.#asked = false;
    this.heard();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
