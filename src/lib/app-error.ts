import { inEach, type Language, type Text } from '../messages/text.js';

/** What to do about an error. Code that catches an error decides by this, not by the class. */
export type NextStep = 'try-later' | 'ask-person' | 'fix-settings' | 'report-bug';

/** 1 failed; 2 usage or settings; 3 a person is needed; 4 another run holds the account. */
export type FailureExitCode = 1 | 2 | 3 | 4;

/**
 * One kind of error: what code and scripts see. `code` never changes once released, and is never used again. The
 * words stand in `src/messages`. `docs/errors.md` shows all of them.
 */
export interface ErrorEntry<P = void> {
  readonly code: `KT${number}`;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly texts: (params: P) => ErrorTexts;
}

/** Checks the shape of an entry and keeps the type of its parameters, which its texts declare. */
export function entry<P = void>(definition: ErrorEntry<P>): ErrorEntry<P> {
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
  return new AppError(definition.texts(params), { ...definition, cause: options.cause });
}

/** The error's message with its code. */
export function reasonText({ texts, code }: AppError): Text {
  return inEach((language) => `${texts.message[language]} [${code}]`);
}

/** The work's value, or the expected failure that it ended with. Rejects with anything else. */
export async function orAppError<T>(work: Promise<T>): Promise<T | AppError> {
  return work.catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
}
