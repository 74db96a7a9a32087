/** What to do about an error. Code that catches an error decides by this, not by the class. */
export type NextStep = 'try-later' | 'ask-person' | 'fix-settings' | 'report-bug';

/** 1 failed; 2 usage or settings; 3 a person is needed; 4 another run holds the account. */
export type FailureExitCode = 1 | 2 | 3 | 4;

/**
 * One entry of the catalogue. `code` never changes once released. `message` says what happened and why, `state` in
 * which state things are now, `hint` which command to run next, `byItself` what keyturn does without anybody's
 * help. `docs/errors.md` and `keyturn explain` show all of them.
 */
export interface ErrorEntry<P = void> {
  readonly code: `KT${number}`;
  readonly title: string;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly message: (params: P) => string;
  readonly state: string | ((params: P) => string);
  readonly hint: string | ((params: P) => string);
  /** Completes "keyturn by itself: " and is true for all parameters. */
  readonly byItself: string;
  /** Example parameters, with which the catalogue shows the message; {@link entry} checks their type. */
  readonly example?: unknown;
}

/** Checks the shape of an entry and keeps its parameter type. An entry with parameters must have an example. */
export function entry<P = void>(
  definition: ErrorEntry<P> & ([P] extends [void] ? unknown : { readonly example: P }),
): ErrorEntry<P> {
  return definition;
}

/** An expected failure. Anything else that is thrown is a bug and is shown with its stack. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly state: string;
  readonly hint: string;

  constructor(
    message: string,
    fields: { code: string; exitCode: FailureExitCode; next: NextStep; state: string; hint: string; cause?: unknown },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.exitCode = fields.exitCode;
    this.next = fields.next;
    this.state = fields.state;
    this.hint = fields.hint;
  }
}

/** Creates the error of a catalogue entry. The `cause` is kept for the debug log and never printed. */
export function appError<P>(definition: ErrorEntry<P>, params: P, options: { cause?: unknown } = {}): AppError {
  const text = (value: string | ((params: P) => string)) => (typeof value === 'function' ? value(params) : value);
  return new AppError(definition.message(params), {
    code: definition.code,
    exitCode: definition.exitCode,
    next: definition.next,
    state: text(definition.state),
    hint: text(definition.hint),
    cause: options.cause,
  });
}
