import * as z from 'zod/mini';
import { jsonShapes, meanings } from '../../src/app/json-shapes.js';

interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly meaning?: string;
}

const intro = `# \`--json\`

\`npm run docs\` writes this page from the shapes in src/app/json-shapes.ts.

With \`--json\`, a command prints one JSON object to standard output:

\`\`\`json
{
  "ok": true,
  "accounts": [
    {
      "account": "work",
      "outcome": "not-due",
      "expiresAt": "2026-12-05T05:07:00.000Z",
      "headline": "not due: the key is good until 2026-12-05 05:07, due 2026-12-01 17:07",
      "exitCode": 0
    }
  ]
}
\`\`\`

\`ok\` says whether the command did what it was asked to; the exit code says the same in more detail. If the whole command
fails, \`ok\` is false, \`error\` is there, and the fields of the command are missing:

\`\`\`json
{
  "ok": false,
  "error": {
    "code": "KT201",
    "message": "There is no account \\"wrok\\". The accounts are: work.",
    "state": "Nothing was done.",
    "next": "keyturn account add wrok"
  }
}
\`\`\`

An error has the same fields everywhere, also inside an account: \`code\` (see [errors.md](errors.md)), \`message\`, \`state\`
(how things were left) and \`next\` (the command to run next). Texts are English in every language, times are ISO 8601
in UTC, and \`?\` marks a field that may be absent. People's explanations go to standard error, as without \`--json\`.
`;

/** The text of docs/json.md. */
export function jsonDocument(): string {
  const parts = Object.entries(jsonShapes).map(([command, shape]) => {
    const { properties = {}, required = [] } = z.toJSONSchema(shape, { metadata: meanings }) as Shape;
    const { ok: _ok, error: _error, ...fields } = properties;
    const rows = Object.entries(fields).flatMap(([name, each]) =>
      rowsOf(`${name}${required.includes(name) ? '' : '?'}`, each),
    );
    return [`## keyturn ${command}`, '', '| field | type | meaning |', '| ----- | ---- | ------- |', ...rows, ''].join(
      '\n',
    );
  });
  return `${intro}\n${parts.join('\n')}`;
}

function rowsOf(path: string, shape: Shape): string[] {
  const inner = shape.items ?? shape;
  const own = shape.meaning ?? inner.meaning ?? '';
  const isError = /(^|\.)error\??$/.test(path);
  const type = isError ? 'error' : typeOf(shape);
  const row = `| \`${path}\` | ${type} | ${isError ? 'why it failed' : own} |`;
  if (isError || !inner.properties) return [row];
  const prefix = shape.items ? `${path}[].` : `${path}.`;
  const required = new Set(inner.required);
  const rows = Object.entries(inner.properties).flatMap(([name, each]) =>
    rowsOf(`${prefix}${name}${required.has(name) ? '' : '?'}`, each),
  );
  return own === '' ? rows : [row, ...rows];
}

function typeOf({ type, enum: values, items }: Shape): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (items) return items.enum || !items.type || items.type === 'object' ? 'list' : `list of ${items.type}s`;
  return type ?? 'any value';
}
