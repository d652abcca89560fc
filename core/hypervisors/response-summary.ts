/** What many machines answered to one request, judged and added up. */
import type { Reply } from '../guest/protocol.ts';
import { median } from '../stats/index.ts';
import { MOST_ERRORS, type Request, type ResponseSummary } from './vm-group.ts';

const LONGEST_ERROR = 500;

export class ResponseSummarizer {
  readonly #expect: string;
  readonly #times: number[] = [];
  readonly #errors: string[] = [];
  #wrong = 0;
  #dead = 0;

  constructor({ expect }: Pick<Request, 'expect'>) {
    this.#expect = expect;
  }

  /** A machine, by its index, has replied to the last of what it was asked, after so many ms. */
  replied(index: number, reply: Reply, ms: number): void {
    if (reply.status === 'ok' && reply.checksum === this.#expect) {
      this.#times.push(ms);
      return;
    }
    this.#wrong++;
    const { status, checksum } = reply;
    this.#note(index, status === 'ok' ? `checksum ${checksum}, not ${this.#expect}` : status);
  }

  /** A machine died over it; earlier, where there is no error. */
  died(index: number, error?: Error): void {
    this.#dead++;
    if (error) this.#note(index, error.message);
  }

  #note(index: number, text: string): void {
    if (this.#errors.length < MOST_ERRORS)
      this.#errors.push(`machine ${index + 1}: ${text}`.slice(0, LONGEST_ERROR));
  }

  /** `ms`: from the first request to the last answer. */
  summary(ms: number): ResponseSummary {
    return {
      ...{ ms, right: this.#times.length, wrong: this.#wrong, dead: this.#dead, errors: this.#errors },
      medianMs: this.#times.length > 0 ? median(this.#times) : 0,
      slowestMs: this.#times.reduce((most, one) => Math.max(most, one), 0),
    };
  }
}
