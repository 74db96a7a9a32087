/** What the catcher does about an error: this, not the error's class, decides how it is handled. */
export type NextStep = 'try-later' | 'ask-person' | 'fix-settings' | 'report-bug';

/** 1 failed · 2 usage or settings · 3 a person is needed · 4 another run holds the account. */
export type FailureExitCode = 1 | 2 | 3 | 4;

/**
 * One entry of the catalogue. `code` never changes once released.
 * `message` says what happened and why, `state` how things were left, `hint` the one command to run next,
 * `byItself` what keyturn does without anybody's help. `docs/errors.md` and `keyturn explain` show all of it.
 */
export interface ErrorEntry<P = void> {
  readonly code: `KT${number}`;
  readonly title: string;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly message: (params: P) => string;
  readonly state: string | ((params: P) => string);
  readonly hint: string | ((params: P) => string);
  /** Goes on from "keyturn by itself: ", and holds whatever the parameters are. */
  readonly byItself: string;
  /** Parameters that show the message as somebody may meet it; {@link entry} sees to their type. */
  readonly example?: unknown;
}

/** Keeps the parameter type of each entry while checking its shape; one with parameters has to give an example of them. */
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

/** Makes the error of a catalogue entry. The `cause` is kept for the debug log and never printed. */
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
