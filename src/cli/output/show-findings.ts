import { doctorTexts } from '../../messages/cli/doctor.js';
import { checkName } from '../../messages/doctor.js';
import { commandLineTexts } from '../../messages/command-line.js';
import type { Language, Text } from '../../messages/text.js';
import type { Paint } from './paint.js';
import { table } from './table.js';
import type { Finding, PlacedFinding } from '../../app/doctor/finding.js';

const titles: Readonly<Record<string, Text>> = { machine: doctorTexts.machine, feishu: doctorTexts.feishu };

/** The findings for people: grouped, aligned, each with its command below, and a line that sums up. */
export function showFindings(findings: readonly PlacedFinding[], color: Paint, language: Language): string {
  const marks = { ok: color.green('✓'), note: color.dim('·'), warning: color.yellow('!'), problem: color.red('✗') };
  const rows: string[][] = [];
  for (const group of new Set(findings.map((finding) => finding.group))) {
    if (rows.length > 0) rows.push([]);
    rows.push([color.bold((titles[group] ?? doctorTexts.account(group))[language])]);
    for (const { check, level, text, next, code } of findings.filter((each) => each.group === group)) {
      const name = checkName(check)[language];
      const shown = level === 'ok' || level === 'note' ? name : color.bold(name);
      rows.push([`  ${marks[level]} ${shown}`, text[language] + (code === undefined ? '' : ` [${code}]`)]);
      if (next !== undefined) rows.push(['', `${color.dim(commandLineTexts.next[language])} ${next[language]}`]);
    }
  }
  return `${table(rows)}\n\n${summary(findings, color, language)}\n`;
}

function summary(findings: readonly PlacedFinding[], color: Paint, language: Language): string {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const warned = doctorTexts.warnings(warnings)[language];
  if (problems > 0) {
    const also = warnings > 0 ? `${doctorTexts.and[language]}${warned}` : '';
    const failed = color.red(doctorTexts.problems(problems)[language]);
    const onlyFeishu = findings.every(({ level, group }) => level !== 'problem' || group === 'feishu');
    return `${failed}${also}${doctorTexts.mustBeFixed(problems, onlyFeishu)[language]}`;
  }
  if (warnings > 0) return `${color.yellow(warned)}${doctorTexts.onlyWarnings[language]}`;
  return color.green(doctorTexts.allGood[language]);
}
