import type { ConsoleSimulator } from './console-types.js';

/** Returns the site profile of the console with several keys, for the demo and the tests. */
export const severalKeysProfile = ({ url, apiUrl }: Pick<ConsoleSimulator, 'url' | 'apiUrl'>): string => `\
# keyturn's simulated console of the kind "several-keys": an account has any number of keys until they are deleted.
name: several-keys
title: Simulated console with several keys
baseUrl: ${url}
timeZone: UTC

key:
  pattern: '^sk-[0-9a-f]{32}$'
  # Without a chosen expiry, a key never expires.
  every: 84h
  env: SEVERAL_API_KEY

session:
  login: { url: '/profile?tab=apiKey' }
  cookies: [BXAuth]

# A profile cannot express that a key exists but is not shown, unless there is a mask. So this profile gives its keys a
# name that looks like a mask. All keys have the same name, so it cannot distinguish them.
http:
  headers:
    x-xsrf-token: '\${cookie:XSRF-TOKEN}'
  read: { method: GET, path: /api/keys }
  rotate: { method: POST, path: /api/keys, json: { name: key-**** } }
  answer:
    # The newest key is the first in the list. Only the answer to the POST shows a key.
    key: [data.key, data.0.name]
    expires: data.expiresAt
    code: code
    message: message

page:
  url: '/profile?tab=apiKey'
  ready: { role: button, name: Create key }
  read:
    response: GET /api/keys
    none: { text: No API keys yet. }
  rotate:
    - click: { role: button, name: Create key }
    - fill: { into: { label: Name }, with: key-**** }
    - click: { role: button, name: Create }
      rotates: true
  capture:
    response: POST /api/keys
    key: { css: '[role=dialog] input' }

probe:
  method: POST
  url: ${apiUrl}/v1/chat/completions
  headers: { authorization: 'Bearer \${key}' }
  json: { model: glm-4.6, messages: [{ role: user, content: hi }] }
  # The service refuses a key with HTTP 200 and a status in the body.
  invalid: { json: { status: [434, 439] } }
  valid: { status: 200, has: choices }
`;
