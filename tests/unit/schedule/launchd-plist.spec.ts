import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { launchdPlist } from '../../../src/schedule/launchd-plist.js';
import { oddPath, sampleJob } from './sample-job.js';

interface Agent {
  Label: string;
  ProgramArguments: string[];
  EnvironmentVariables: Record<string, string>;
  StartCalendarInterval?: { Minute: number };
  KeepAlive?: boolean;
  RunAtLoad?: boolean;
}

/** Parses the property list with Apple's reader or with Python's; undefined when neither is installed. */
function readPlist(text: string): Agent | undefined {
  const script = 'import plistlib, json, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)';
  for (const [program, ...args] of [
    ['plutil', '-convert', 'json', '-o', '-', '-'],
    ['python3', '-c', script],
  ] as const) {
    const end = spawnSync(program, args, { input: text, encoding: 'utf8' });
    if (end.error) continue;
    expect(end.stderr).toBe('');
    return JSON.parse(end.stdout) as Agent;
  }
  return undefined;
}

test('the agent holds every word unchanged', () => {
  const words = ['/opt/node', oddPath, 'refresh', '--scheduled', '--quiet'] as const;
  const agent = readPlist(launchdPlist(sampleJob({ words: [...words], env: { KEYTURN_HOME: oddPath }, suffix: '-1' })));
  test.skip(agent === undefined, 'neither plutil nor python3 is installed');
  expect(agent?.Label).toBe('keyturn.refresh-1');
  expect(agent?.ProgramArguments).toEqual([...words]);
  expect(agent?.EnvironmentVariables).toEqual({ KEYTURN_HOME: oddPath });
  expect(agent?.StartCalendarInterval).toEqual({ Minute: 17 });
  expect(agent?.RunAtLoad).toBe(true);
  expect(agent?.KeepAlive).toBeUndefined();
});

test('the watch is kept alive and has no start times', () => {
  const agent = readPlist(launchdPlist(sampleJob({ kind: 'watch' })));
  test.skip(agent === undefined, 'neither plutil nor python3 is installed');
  expect(agent?.KeepAlive).toBe(true);
  expect(agent?.StartCalendarInterval).toBeUndefined();
});
