// Counts the tests by project for scripts/check.mjs, and names at the end what was left out for a missing tool:
// `describeWith` of test/support/foreign.ts marks such groups in their title. Any other skipped test is an error.
import { writeFileSync } from 'node:fs';

const LEFT_OUT = /\(left out: (.+)\)$/;

/** @returns {string | undefined} why a test was left out, read off the titles of its groups */
function leftOutReason(test) {
  for (const title of [...test.ancestorTitles, test.title]) {
    const found = LEFT_OUT.exec(title);
    if (found) return found[1];
  }
  return undefined;
}

export default class CountingReporter {
  #projects = new Map();
  #leftOut = new Map();
  #switchedOff = [];
  #chosen;

  /** With `-t NAME` the tests of other names are not switched off, but were not asked for. */
  constructor({ testNamePattern }) {
    this.#chosen = testNamePattern;
  }

  onTestFileResult(test, result) {
    const name = test.context.config.displayName?.name ?? 'jest';
    const counts = this.#projects.get(name) ?? { name, passed: 0, failed: 0, leftOut: 0, seconds: 0 };
    this.#projects.set(name, counts);
    counts.seconds += result.perfStats.runtime / 1000;
    // A file that cannot be loaded is one failure, whatever number of tests it would have held.
    if (result.testExecError && result.numFailingTests === 0) counts.failed += 1;
    for (const one of result.testResults) this.#count(one, counts);
  }

  #count(test, counts) {
    if (test.status === 'passed') counts.passed += 1;
    else if (test.status === 'failed') counts.failed += 1;
    else {
      const reason = leftOutReason(test);
      if (reason === undefined && this.#chosen) return;
      if (reason === undefined) {
        counts.failed += 1;
        this.#switchedOff.push(test.fullName);
      } else {
        counts.leftOut += 1;
        this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
      }
    }
  }

  onRunComplete() {
    const leftOut = [...this.#leftOut].map(([reason, tests]) => ({ reason, tests }));
    const summary = process.env['KUBEPKI_JEST_SUMMARY'];
    if (summary) writeFileSync(summary, JSON.stringify({ projects: [...this.#projects.values()], leftOut }));
    for (const { reason, tests } of leftOut) console.log(`left out: ${tests} tests (${reason})`);
    for (const name of this.#switchedOff) console.log(`switched off, which counts as failed: ${name}`);
  }

  getLastError() {
    return this.#switchedOff.length > 0 ? new Error('tests are switched off') : undefined;
  }
}
