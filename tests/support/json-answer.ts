import { expect } from '@playwright/test';
import { jsonShapes, type JsonAnswer, type JsonCommand } from '../../src/app/json-shapes.js';

/** What a command printed with `--json`; fails if it is not of the command's shape or has another field. */
export function jsonAnswer<C extends JsonCommand>(
  command: C,
  { stdout, stderr }: { readonly stdout: string; readonly stderr?: string },
): JsonAnswer<C> & { readonly ok: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`keyturn ${command} --json printed no JSON:\n${stdout}${stderr ?? ''}`, { cause });
  }
  const answer: unknown = jsonShapes[command].parse(value);
  expect(answer, `keyturn ${command} --json`).toEqual(value);
  return answer as JsonAnswer<C> & { readonly ok: boolean };
}
