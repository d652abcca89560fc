/**
 * Imported before everything else: says what is wrong with this Node.js before another module trips over it. For whoever
 * starts main.js itself; bin/hvbench.cjs has asked already.
 */
import lack from '#node-version';

if (lack) {
  process.stderr.write(`hvbench: ${lack}\n`);
  process.exit(2);
}
