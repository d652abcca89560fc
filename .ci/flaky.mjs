/** What a command that did not end has shown by then stands in many lines: they are all there is to find out why. */
const MOST_LINES = 80;
const MOST_CHARACTERS = 8000;

/** A reporter of vitest's: names the tests that passed only when they were tried again, and what they failed by. */
export default class Flaky {
  #found = [];

  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    const why = test.result().errors?.[0]?.message ?? '';
    const [first, ...more] = why.slice(0, MOST_CHARACTERS).split('\n').slice(0, MOST_LINES);
    this.#found.push(
      [`${test.module.relativeModuleId} > ${test.fullName}: ${first}`, ...more].join('\n    '),
    );
  }

  onTestRunEnd() {
    for (const line of this.#found) console.log(`Passed only when it was tried again: ${line}`);
  }
}
