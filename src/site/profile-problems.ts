import type { z } from 'zod';

export interface ProfileProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** Lists every problem with the path of its value: one for each unknown key; for a union, the intended branch's. */
export function listProblems(issues: readonly Issue[]): readonly ProfileProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, []));
}

function problemsOf(issue: Issue, outer: readonly PropertyKey[]): readonly ProfileProblem[] {
  const path = [...outer, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a key that profiles have' }));
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return issue.issues.flatMap((inner) => [{ path, message: inner.message }]);
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors);
    if (meant) return meant.flatMap((inner) => problemsOf(inner, path));
    return [{ path, message: issue.message === 'Invalid input' ? 'is not of a kind that fits here' : issue.message }];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message)) {
    return [{ path, message: 'is missing' }];
  }
  return [{ path, message: issue.message.replace(/^Invalid input: /, '').replace(/^Invalid option: /, '') }];
}

/** The only branch whose outer shape fits, so the mistake is inside it; undefined when none or several fit. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((branch) => branch.every((issue) => !isAboutOuterShape(issue)));
  if (fitting.length === 1) return fitting[0];
  return undefined;
}

function isAboutOuterShape(issue: Issue): boolean {
  if (issue.code === 'invalid_union' && issue.path.length === 0) {
    return meantBranch(issue.errors) === undefined;
  }
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'unrecognized_keys');
}
