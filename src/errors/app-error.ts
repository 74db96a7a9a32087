import { same, type Language, type Text } from '../messages/text.js';

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
  readonly message: (params: P) => Words;
  readonly state: Words | ((params: P) => Words);
  readonly hint: Words | ((params: P) => Words);
  /** Completes "keyturn by itself: " and is true for all parameters. */
  readonly byItself: string;
  /** Example parameters, with which the catalogue shows the message; {@link entry} checks their type. */
  readonly example?: unknown;
}

/** A plain string stands for a text that is the same in every language. */
type Words = string | Text;

/** Checks the shape of an entry and keeps its parameter type. An entry with parameters must have an example. */
export function entry<P = void>(
  definition: ErrorEntry<P> & ([P] extends [void] ? unknown : { readonly example: P }),
): ErrorEntry<P> {
  return definition;
}

/** What an error says, in every language. */
export interface ErrorTexts {
  readonly message: Text;
  /** In which state things were left. */
  readonly state: Text;
  /** The command to run next. */
  readonly hint: Text;
}

/**
 * An expected failure. Anything else that is thrown is a bug and is shown with its stack. `message`, `state` and `hint`
 * are the English texts, for logs and programs.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly texts: ErrorTexts;

  constructor(texts: ErrorTexts, fields: { code: string; exitCode: FailureExitCode; next: NextStep; cause?: unknown }) {
    super(texts.message.en, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.texts = texts;
    this.code = fields.code;
    this.exitCode = fields.exitCode;
    this.next = fields.next;
  }

  get state(): string {
    return this.texts.state.en;
  }

  get hint(): string {
    return this.texts.hint.en;
  }

  /** The three texts in one language. */
  in(language: Language): Readonly<Record<keyof ErrorTexts, string>> {
    const { message, state, hint } = this.texts;
    return { message: message[language], state: state[language], hint: hint[language] };
  }
}

/** Creates the error of a catalogue entry. The `cause` is kept for the debug log and never printed. */
export function appError<P>(definition: ErrorEntry<P>, params: P, options: { cause?: unknown } = {}): AppError {
  const text = (value: Words | ((params: P) => Words)): Text => {
    const words = typeof value === 'function' ? value(params) : value;
    return typeof words === 'string' ? same(words) : words;
  };
  const texts = { message: text(definition.message), state: text(definition.state), hint: text(definition.hint) };
  return new AppError(texts, { ...definition, cause: options.cause });
}
