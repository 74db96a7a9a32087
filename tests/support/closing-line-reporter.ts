import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

/** Prints `N passed, N failed, N skipped` as the last line of the run, for CI systems to parse. */
export default class ClosingLineReporter implements Reporter {
  private readonly last = new Map<string, 'passed' | 'failed' | 'skipped'>();
  onBegin(_config: FullConfig, _suite: Suite): void {}
  onTestEnd(test: TestCase, result: TestResult): void {
    const isAsExpected = result.status === test.expectedStatus;
    this.last.set(test.id, result.status === 'skipped' ? 'skipped' : isAsExpected ? 'passed' : 'failed');
  }
  onEnd(): void {
    const count = (wanted: string) => [...this.last.values()].filter((end) => end === wanted).length;
    process.stdout.write(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
  }
  printsToStdio(): boolean {
    return true;
  }
}
