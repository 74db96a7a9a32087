/** The steps from the root of a document to a value: names of object keys, and indexes of list items as text. */
export type ValuePath = readonly string[];

/** A JSON pointer (`/a/b~1c/0`) or a dotted path (`a.b[0].c`, a dot in a key as `\.`). Undefined when it is neither. */
export function parsePath(text: string): ValuePath | undefined {
  const steps = text.startsWith('/') ? parsePointer(text) : parseDotted(text);
  if (!steps || steps.length === 0 || steps.length > 64) return undefined;
  // Programs that read `__proto__` as a key may take it for the prototype of the object.
  return steps.every((step) => step !== '' && step !== '__proto__' && !hasControl(step)) ? steps : undefined;
}

function parsePointer(text: string): string[] | undefined {
  if (/~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function parseDotted(text: string): string[] | undefined {
  if (text.startsWith('.')) return undefined;
  const steps: string[] = [];
  const step = /(?:^|\.)((?:\\.|[^.[\]\\])+)|\[(\d+)\]/y;
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (!found || (steps.length === 0 && found[1] === undefined)) return undefined;
    steps.push(found[2] ?? (found[1] ?? '').replace(/\\(.)/g, '$1'));
  }
  return steps;
}

export function formatPointer(path: ValuePath): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export const listIndex = (step: string): number | undefined =>
  /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : undefined;

function hasControl(text: string): boolean {
  return [...text].some((char) => char < ' ' || char === '\u007f');
}

/** A copy with the value at the path replaced: what an edit was meant to do, for comparison. */
export function withValueAt(root: unknown, path: ValuePath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((item: unknown, index) => (index === listIndex(step) ? withValueAt(item, rest, value) : item));
  }
  const fields = typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {};
  return { ...fields, [step]: withValueAt(Object.hasOwn(fields, step) ? fields[step] : undefined, rest, value) };
}
