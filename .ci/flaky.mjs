/** A reporter of vitest's: names the tests that passed only when they were tried again, and what they failed by. */
export default class Flaky {
  #found = [];

  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    const why = test.result().errors?.[0]?.message ?? '';
    this.#found.push(`${test.module.relativeModuleId} > ${test.fullName}: ${why.split('\n')[0]}`);
  }

  onTestRunEnd() {
    for (const line of this.#found) console.log(`Passed only when it was tried again: ${line}`);
  }
}
