import type { Reporter, TestCase } from '@playwright/test/reporter';
import { faultAnnotation, type FaultFigures } from '../faults/fault-figures.js';

/** Prints what the fault suite counted: one line per kind of fault, and the sum. */
export default class FaultTableReporter implements Reporter {
  private readonly rows = new Map<string, FaultFigures>();

  onTestEnd(test: TestCase): void {
    for (const { type, description } of test.annotations) {
      if (type === faultAnnotation && description !== undefined) {
        this.rows.set(test.title, JSON.parse(description) as FaultFigures);
      }
    }
  }

  onEnd(): void {
    if (this.rows.size === 0) return;
    const rows = [...this.rows].map(([title, figures]) => line(title, figures));
    const sum: FaultFigures = {
      cases: total(this.rows, (each) => each.cases),
      kills: total(this.rows, (each) => each.kills),
      lost: total(this.rows, (each) => each.lost),
      needless: total(this.rows, (each) => each.needless),
      further: total(this.rows, (each) => each.further),
      recoveryMs: [...this.rows.values()].flatMap((each) => each.recoveryMs),
    };
    const head = ['fault', 'cases', 'kills', 'lost keys', 'needless', 'further', 'recovery'];
    const all = [head, ...rows, line('all', sum)];
    const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    const show = (row: string[]) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
    process.stdout.write(`\n${all.map(show).join('\n')}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function line(title: string, { cases, kills, lost, needless, further, recoveryMs }: FaultFigures): string[] {
  const sorted = [...recoveryMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const recovery = median === undefined ? '-' : `${(median / 1000).toFixed(2)} s`;
  return [title, ...[cases, kills, lost, needless, further].map(String), recovery];
}

function total(rows: ReadonlyMap<string, FaultFigures>, of: (figures: FaultFigures) => number): number {
  return [...rows.values()].reduce((sum, figures) => sum + of(figures), 0);
}
