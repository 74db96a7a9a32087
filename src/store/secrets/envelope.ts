import {
  isPlainObject,
  nonEmptyString,
  object,
  oneOf,
  string,
  validate,
  type Schema,
  type Validated,
} from '../validate.js';

/** Identifies an encrypted record. Authenticated with it, so that one file cannot replace another. */
export interface Label {
  readonly role: string;
  readonly account: string;
  /** Readable without the key, e.g. when an API key expires. Changing it makes the record undecryptable. */
  readonly facts: object;
}

/** The JSON of an encrypted record. `iv`, `data` and `tag` are base64. */
export interface Envelope extends Label {
  readonly keyturn: 'encrypted';
  readonly v: 1;
  readonly alg: 'A256GCM';
  /** The id of the home's key that encrypts the record. */
  readonly kid: string;
  readonly iv: string;
  readonly data: string;
  readonly tag: string;
}

export const base64 = string((text) =>
  text.length % 4 === 0 && /^[0-9A-Za-z+/]*={0,2}$/.test(text) ? undefined : 'is not base64',
);

const envelopeVersion: Schema<1> = (value, path, problems) => {
  if (value !== 1) problems.push(`${path} is not 1: another keyturn wrote this file`);
  return 1;
};

/** Returns the value unchanged: the order of its fields is authenticated. */
const anyObject: Schema<object> = (value, path, problems) => {
  if (!isPlainObject(value)) problems.push(`${path} is not an object`);
  return value as object;
};

const envelope = object<Envelope>({
  keyturn: oneOf('encrypted'),
  v: envelopeVersion,
  alg: oneOf('A256GCM'),
  kid: nonEmptyString,
  role: nonEmptyString,
  account: nonEmptyString,
  facts: anyObject,
  iv: base64,
  data: base64,
  tag: base64,
});

/** Undefined when the text is not an encrypted record; problems when it is a damaged one. */
export function parseEnvelope(text: string): Validated<Envelope> | undefined {
  if (!text.includes('"encrypted"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) && value['keyturn'] === 'encrypted' ? validate(envelope, value) : undefined;
  } catch {
    return undefined;
  }
}
