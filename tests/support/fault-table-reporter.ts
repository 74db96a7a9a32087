import type { Reporter, TestCase } from '@playwright/test/reporter';
import type { ConsoleKind } from '../simulator/console-types.js';
import { faultAnnotation, type FaultFigures } from '../faults/fault-figures.js';

/** Prints the figures of the fault suite: one line per kind of fault, and a sum per kind of console. */
export default class FaultTableReporter implements Reporter {
  private readonly rows = new Map<string, FaultFigures>();

  onTestEnd(test: TestCase): void {
    for (const { type, description } of test.annotations) {
      if (type === faultAnnotation && description !== undefined) {
        const isKnown = test.expectedStatus === 'failed';
        this.rows.set(isKnown ? `${test.title}: a known loss` : test.title, JSON.parse(description) as FaultFigures);
      }
    }
  }

  onEnd(): void {
    if (this.rows.size === 0) return;
    const rows = [...this.rows].map(([title, figures]) => line(title, figures));
    const sums = (['one-key', 'several-keys'] as const).map((console) => {
      const figures = [...this.rows.values()].filter((each) => each.console === console);
      return figures.length === 0 ? [] : [line(`all, ${console}`, sum(console, figures))];
    });
    const counts = ['cases', 'kills', 'lost keys', 'orphans', 'needless', 'further', 'asked', 'asked twice', 'left'];
    const head = ['fault', ...counts, 'recovery'];
    const all = [head, ...rows, ...sums.flat()];
    const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    const show = (row: string[]) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
    process.stdout.write(`\n${all.map(show).join('\n')}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function line(title: string, figures: FaultFigures): string[] {
  const { cases, kills, lost, orphans, needless, further, asked, askedTwice, leftovers, recoveryMs } = figures;
  const sorted = [...recoveryMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const recovery = median === undefined ? '-' : `${(median / 1000).toFixed(2)} s`;
  const counts = [cases, kills, lost, orphans, needless, further, asked, askedTwice ?? '-', leftovers ?? '-'];
  return [title, ...counts.map(String), recovery];
}

function sum(console: ConsoleKind, figures: readonly FaultFigures[]): FaultFigures {
  const total = (of: (each: FaultFigures) => number | undefined) =>
    figures.reduce((so, each) => so + (of(each) ?? 0), 0);
  return {
    console,
    cases: total((each) => each.cases),
    kills: total((each) => each.kills),
    lost: total((each) => each.lost),
    orphans: total((each) => each.orphans),
    needless: total((each) => each.needless),
    further: total((each) => each.further),
    asked: total((each) => each.asked),
    askedTwice: total((each) => each.askedTwice),
    leftovers: total((each) => each.leftovers),
    recoveryMs: figures.flatMap((each) => each.recoveryMs),
  };
}
