/**
 * count.mjs REPORT STATUS: prints "N passed, N failed" from vitest's JSON report and its exit status; exits
 * with 1, and prints no such line, where there is no readable report.
 */
import { readFileSync } from 'node:fs';

const [reportFile, status] = process.argv.slice(2);
const report = JSON.parse(readFileSync(reportFile, 'utf8'));
const { numPassedTests: passed, numPendingTests: skipped, numTodoTests: todo } = report;
// A file that failed outside its tests (an import, a hook) is a failure that no test counts.
const brokenFiles = report.testResults.filter(
  ({ status: outcome, assertionResults }) =>
    outcome === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
// An error outside any file (an unhandled rejection, a global set-up) is in the exit status only.
const counted = report.numFailedTests + brokenFiles;
const failed = counted === 0 && status !== '0' ? 1 : counted;
if (skipped + todo > 0) console.log(`${skipped + todo} skipped`);
console.log(`${passed} passed, ${failed} failed`);
