import { outcomeNames } from '../../src/core/describe-result.js';
import { expect, test } from '../support/world.js';
import { expectAsListed, listed } from '../support/interface/interface-document.js';
import { profileLines } from '../support/interface/profile-words.js';
import {
  commandLines,
  errorLines,
  exitCodeLines,
  packageLines,
  scriptLines,
  settingLines,
  variableLines,
} from '../support/interface/program.js';
import { recordRuns } from '../support/interface/recorded-runs.js';
import { scheduleLines } from '../support/interface/schedule-lines.js';
import { simulatorLines } from '../support/interface/simulator-control.js';
import { long } from '../support/long-form.js';

// `npm run interface` rewrites docs/interface.md. The second test reads what the first has written.
test('docs/interface.md lists the JSON output, hook variables and files of runs', long, async ({ world }, info) => {
  test.skip(process.platform !== 'linux', 'the page lists what Linux has');
  test.slow();
  const recorder = await recordRuns(world, info);
  const brought = [...recorder.outcomes];
  const isKnown = (line: string) => outcomeNames.some((name) => line.startsWith(`${name}: `));
  expect(brought.filter((line) => !isKnown(line))).toEqual([]);
  const others = outcomeNames.filter((name) => !brought.some((line) => line.startsWith(`${name}: `)));
  expectAsListed(
    {
      Outcomes: [...brought, ...others.map((name) => `${name}: not brought about here`)].sort(),
      '`--json`': recorder.jsonLines,
      Hooks: recorder.hookLines,
      Files: recorder.fileLines,
    },
    info,
  );
});

test('docs/interface.md lists the package, commands, settings, errors and profile words', async ({}, info) => {
  test.slow();
  const { lines: commands, withJson } = await commandLines();
  expectAsListed(
    {
      Package: await packageLines(),
      'Script arguments': await scriptLines(),
      Commands: commands,
      'Exit codes': await exitCodeLines(),
      Errors: errorLines(),
      Settings: await settingLines(),
      'Environment variables': await variableLines(),
      'Site profile': profileLines(),
      Schedule: await scheduleLines(),
      Simulator: await simulatorLines(),
    },
    info,
  );
  const recorded = listed('`--json`');
  const missing = withJson.filter((command) => !recorded.some((line) => line.startsWith(`${command}: `)));
  expect(missing, 'commands with --json that tests/support/interface/recorded-runs.ts does not run').toEqual([]);
});
