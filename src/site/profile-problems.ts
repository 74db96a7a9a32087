import type { z } from 'zod';

export interface ProfileProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** Every problem with the path of the very value it is about: unknown keys one by one, unions by the branch that was meant. */
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

/** The one branch whose outer shape fits, so that the mistake lies further in; undefined when no or several fit. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((branch) => branch.every((issue) => !isAboutOuterShape(issue)));
  if (fitting.length === 1) return fitting[0];
  // A list whose first branch is for a single value: only the list branch reaches inside.
  return undefined;
}

function isAboutOuterShape(issue: Issue): boolean {
  if (issue.code === 'invalid_union' && issue.path.length === 0) {
    return meantBranch(issue.errors) === undefined;
  }
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'unrecognized_keys');
}
