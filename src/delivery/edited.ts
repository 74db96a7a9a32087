/** A text after an edit, or why it cannot be edited: the end of "it cannot take the key, because it …". Never quotes a value. */
export type Edited = { readonly text: string } | { readonly problem: string };

/** What a text holds at the place in question; undefined when there is nothing yet. */
export type Held = { readonly value: string | undefined } | { readonly problem: string };

/** A value that only names a variable is a decision of the file's owner, and not an old key. */
export const isReference = (value: string): boolean => /^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$/.test(value);

export const referenceProblem =
  'holds a reference to a variable in place of a key: deliver to the file that sets this variable';
