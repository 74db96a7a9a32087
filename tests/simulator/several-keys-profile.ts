import type { ConsoleSimulator } from './console-types.js';

/** The site profile of the console with several keys, for an account of the demo or the tests. */
export const severalKeysProfile = ({ url, apiUrl }: Pick<ConsoleSimulator, 'url' | 'apiUrl'>): string => `\
# keyturn's simulated console of the kind "several-keys": keys live side by side until they are deleted.
name: several-keys
title: Simulated console with several keys
baseUrl: ${url}
timeZone: UTC

key:
  pattern: '^sk-[0-9a-f]{32}$'
  # A key that nobody chose an expiry for never expires.
  every: 84h
  env: SEVERAL_API_KEY

session:
  login: { url: '/profile?tab=apiKey' }
  cookies: [BXAuth]

# A profile cannot say that there is a key which is not shown, unless there is a mask. So the keys that it makes have a name
# which is one, and which shows too little to tell two keys apart.
http:
  headers:
    x-xsrf-token: '\${cookie:XSRF-TOKEN}'
  read: { method: GET, path: /api/keys }
  rotate: { method: POST, path: /api/keys, json: { name: key-**** } }
  answer:
    # The newest key comes first in the list; the answer to the POST is the one place that shows a key.
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
  # Refusals come as HTTP 200 with a status inside.
  invalid: { json: { status: [434, 439] } }
  valid: { status: 200, has: choices }
`;
