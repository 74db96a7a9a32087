/**
 * The edited text, or why the text cannot be edited. `problem` completes "it cannot take the key, because it …" and
 * never quotes a value.
 */
export type Edited = { readonly text: string } | { readonly problem: string };

/** The value that a text holds where the key belongs; undefined when there is none yet. */
export type Held = { readonly value: string | undefined } | { readonly problem: string };

/** Whether a value is only a reference to a variable: the owner of the file chose that, so it is not an old key. */
export const isReference = (value: string): boolean => /^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$/.test(value);

export const referenceProblem =
  'holds a reference to a variable in place of a key: deliver to the file that sets this variable';
