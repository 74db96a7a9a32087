import { readFileSync, writeFileSync } from 'node:fs';
import { expect, type TestInfo } from '@playwright/test';

const file = new URL('../../../docs/interface.md', import.meta.url);

const introduction = `# Interface

What scripts, schedules and other programs may rely on. A change here is a change for users: it needs a reason and a line in CHANGELOG.md.

This page is made by \`npm run interface\`, from what the built program prints and writes in runs against the simulator. A test compares it.
`;

/** The sections of the page in order, each with a description of its lines. */
const about = {
  Package: 'What package.json offers: the program, the names that the library exports, the npm scripts.',
  'Script arguments': 'The arguments of the npm scripts that take any, after `--`.',
  Commands: 'Every command with its aliases, arguments, flags, choices and defaults.',
  'Exit codes': "What the program's help says of them.",
  Errors: 'Every code with its exit code and title. A number is never used again for something else.',
  Settings: 'Every setting with its environment variable and its default.',
  'Environment variables': 'All names that occur in the built program. Those without a remark are internal.',
  'Site profile': 'The words of a site profile and what they take.',
  Outcomes: 'The outcome names of `refresh --json`; each with the error code and the exit code that come with it.',
  '`--json`': 'The fields of every command with `--json`, with their types. `?` marks a field that may be absent.',
  Hooks: 'What each hook finds in its environment; `deliver` is a command target.',
  Schedule: 'What `schedule install` writes for systemd and cron, and what that starts.',
  Files:
    'Everything below KEYTURN_HOME with its mode, and the fields of JSON files; a `.bak` has those of its original.',
  Simulator:
    "The addresses of the simulator's control port, with the fields of their bodies, and the parts of its weather.",
} as const;

export type SectionName = keyof typeof about;
export type Sections = Readonly<Partial<Record<SectionName, readonly string[]>>>;

type Listed = Partial<Record<SectionName, string[]>>;

/** Compares the sections with the page. With `--update-snapshots`, writes them to the page instead. */
export function expectAsListed(sections: Sections, { config }: TestInfo): void {
  const before = read();
  if (config.updateSnapshots === 'all' || config.updateSnapshots === 'changed') {
    writeFileSync(file, documentOf({ ...before, ...sections }));
    return;
  }
  const differences = Object.entries(sections).flatMap(([name, lines]) => {
    const old = before[name as SectionName] ?? [];
    return [
      ...old.filter((line) => !lines.includes(line)).map((line) => `- ${name}: ${line}`),
      ...lines.filter((line) => !old.includes(line)).map((line) => `+ ${name}: ${line}`),
    ];
  });
  const message = `The interface is not as docs/interface.md lists it. To accept the change: npm run interface, and a line in CHANGELOG.md.`;
  expect(differences.join('\n'), message).toBe('');
}

export const listed = (section: SectionName): readonly string[] => read()[section] ?? [];

function read(): Listed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const found = [...text.matchAll(/^## (.+)\n[^]*?^```text\n([^]*?)^```$/gm)];
  return Object.fromEntries(found.map(([, name = '', lines = '']) => [name, lines.split('\n').slice(0, -1)]));
}

function documentOf(sections: Sections): string {
  const parts = Object.entries(about).map(([name, what]) => {
    const lines = sections[name as SectionName] ?? [];
    return `## ${name}\n\n${what}\n\n\`\`\`text\n${lines.map((line) => `${line}\n`).join('')}\`\`\`\n`;
  });
  return [introduction, ...parts].join('\n');
}
