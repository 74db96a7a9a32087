import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

/** Ends the run with one plain line, `N passed, N failed, N skipped`, which CI systems of any kind can read. */
export default class ClosingLineReporter implements Reporter {
  private readonly last = new Map<string, TestResult['status']>();
  onBegin(_config: FullConfig, _suite: Suite): void {}
  onTestEnd(test: TestCase, result: TestResult): void {
    this.last.set(test.id, result.status);
  }
  onEnd(): void {
    const count = (wanted: (status: TestResult['status']) => boolean) => [...this.last.values()].filter(wanted).length;
    const passed = count((s) => s === 'passed');
    const skipped = count((s) => s === 'skipped');
    const failed = count((s) => s !== 'passed' && s !== 'skipped');
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
  printsToStdio(): boolean {
    return true;
  }
}
