import stringWidth from 'string-width';
import { doctorTexts } from '../../messages/cli/doctor.js';
import { checkName } from '../../messages/doctor.js';
import { commandLineTexts } from '../../messages/command-line.js';
import { inEach, inLanguage, type Language, type Text } from '../../messages/text.js';
import type { Paint } from './paint.js';
import { wrapText } from './wrap-text.js';
import type { Finding, PlacedFinding } from '../../app/doctor/finding.js';

export interface ShowOptions {
  readonly color: Paint;
  readonly language: Language;
  /** The terminal's width in cells; undefined: lines are not broken. */
  readonly columns?: number;
}

const titles: Readonly<Record<string, Text>> = { machine: doctorTexts.machine, feishu: doctorTexts.feishu };
const narrowest = 40;

/** The findings for people: grouped, aligned, each with its command below, and a line that sums up. */
export function showFindings(findings: readonly PlacedFinding[], { color, language, columns }: ShowOptions): string {
  const marks = { ok: color.green('✓'), note: color.dim('·'), warning: color.yellow('!'), problem: color.red('✗') };
  const nameOf = ({ check }: Finding) => checkName(check)[language];
  const nameWidth = Math.max(...findings.map((finding) => stringWidth(nameOf(finding))), 0);
  const indent = ' '.repeat(nameWidth + 6);
  const width = columns === undefined ? Infinity : Math.max(narrowest, columns - indent.length);
  const lines: string[] = [];
  for (const group of new Set(findings.map((finding) => finding.group))) {
    if (lines.length > 0) lines.push('');
    lines.push(color.bold((titles[group] ?? doctorTexts.account(group))[language]));
    for (const finding of findings.filter((each) => each.group === group)) {
      const { level, next, code } = finding;
      const text = finding.text[language];
      const name = nameOf(finding) + ' '.repeat(nameWidth - stringWidth(nameOf(finding)));
      const shown = level === 'ok' || level === 'note' ? name : color.bold(name);
      const [first = '', ...rest] = wrapText(
        inLanguage(text, language) + (code === undefined ? '' : ` [${code}]`),
        width,
      );
      lines.push(`  ${marks[level]} ${shown}  ${first}`, ...rest.map((line) => indent + line));
      // A command is copied whole, so it is not broken.
      if (next !== undefined) lines.push(`${indent}${color.dim(commandLineTexts.next[language])} ${next[language]}`);
    }
  }
  return `${[...lines, '', summary(findings, color)[language]].join('\n')}\n`;
}

function summary(findings: readonly Finding[], color: Paint): Text {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  return inEach((language) => {
    const warned = doctorTexts.warnings(warnings)[language];
    if (problems > 0) {
      const also = warnings > 0 ? `${doctorTexts.and[language]}${warned}` : '';
      const failed = color.red(doctorTexts.problems(problems)[language]);
      return `${failed}${also}${doctorTexts.mustBeFixed(problems)[language]}`;
    }
    if (warnings > 0) return `${color.yellow(warned)}${doctorTexts.onlyWarnings[language]}`;
    return color.green(doctorTexts.allGood[language]);
  });
}
