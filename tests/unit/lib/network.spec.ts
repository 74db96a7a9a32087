import { test, expect } from '@playwright/test';
import { browserNetwork, pageProxyProblem, proxyFor } from '../../../src/lib/network.js';

const console = 'https://console.example.cn/keys';
const all = { HTTPS_PROXY: 'http://b:2' };

for (const [name, target, network, url] of [
  ['none', console, { env: {} }, undefined],
  ['from the environment', console, { env: { https_proxy: 'http://b:2' } }, 'http://b:2'],
  ['without a scheme', console, { env: { HTTPS_PROXY: 'b:2' } }, 'http://b:2'],
  ['for all', console, { env: { ALL_PROXY: 'socks5://b:2' } }, 'socks5://b:2'],
  ['for the other scheme', console, { env: { HTTP_PROXY: 'b:2' } }, undefined],
  ['of the account, before the environment', console, { proxy: 'http://a:1', env: all }, 'http://a:1'],
  ['of the account, whatever NO_PROXY says', console, { proxy: 'http://a:1', env: { NO_PROXY: '*' } }, 'http://a:1'],
  ['not for a host in NO_PROXY', console, { env: { ...all, NO_PROXY: 'x, .example.cn' } }, undefined],
  ['not for its subdomains', console, { env: { ...all, no_proxy: 'example.cn' } }, undefined],
  ['not for its default port', console, { env: { ...all, NO_PROXY: 'console.example.cn:443' } }, undefined],
  ['for another port', console, { env: { ...all, NO_PROXY: 'console.example.cn:8443' } }, 'http://b:2'],
  ['for a host with a similar ending', console, { env: { ...all, NO_PROXY: 'xample.cn' } }, 'http://b:2'],
  ['for no host', console, { env: { ...all, NO_PROXY: '*' } }, undefined],
  ['not for an address in a network', 'https://10.1.2.3', { env: { ...all, NO_PROXY: '10.0.0.0/8' } }, undefined],
  ['for an address outside of it', 'https://11.1.2.3', { env: { ...all, NO_PROXY: '10.0.0.0/8' } }, 'http://b:2'],
  ['for a network that makes no sense', 'https://10.1.2.3', { env: { ...all, NO_PROXY: '10.0.0.0/88' } }, 'http://b:2'],
  ['not for an IPv6 address', 'https://[fd00::5]', { env: { ...all, NO_PROXY: 'fd00::5' } }, undefined],
  ['not for this machine', 'http://127.0.0.1:8', { env: { HTTP_PROXY: 'http://b:2' } }, undefined],
  ['not for this machine by IPv6', 'http://[::1]:8', { env: { HTTP_PROXY: 'http://b:2' } }, undefined],
] as const) {
  test(`the proxy: ${name}`, () => expect(proxyFor(target, network)?.url).toBe(url));
}

for (const [name, network, expected] of [
  ['the proxy of the account, for every host', { proxy: 'http://a:1', env: all }, { url: 'http://a:1' }],
  ['that of the environment, not for this machine', { env: all }, { url: 'http://b:2', bypass: 'localhost' }],
  [
    'what NO_PROXY names, with the hosts below it',
    { env: { ...all, NO_PROXY: '.corp.cn, sso.cn:8443 10.0.0.0/8,::1' } },
    { bypass: 'localhost,corp.cn,*.corp.cn,sso.cn:8443,*.sso.cn:8443,10.0.0.0/8,[::1]' },
  ],
  ['none where NO_PROXY names every host', { env: { ...all, NO_PROXY: '*' } }, undefined],
  [
    'none where the site needs none and Chromium cannot use it',
    { env: { HTTPS_PROXY: 'socks5://me:word@b', NO_PROXY: 'example.cn' } },
    undefined,
  ],
] as const) {
  test(`a browser gets ${name}`, () => {
    const found = browserNetwork(console, network);
    if (expected) expect(found).toMatchObject(expected);
    else expect(found).toBeUndefined();
  });
}

for (const [proxy, problem] of [
  ['http://me:word@b:1', undefined],
  ['socks5://b:1', undefined],
  ['socks5://me:secret-word@b:1', /cannot sign in to a SOCKS proxy/],
  ['socks4a://me@b:1', /cannot sign in to a SOCKS proxy/],
  ['http://me:%zz-secret-word@b', /not percent-encoded/],
  ['quic://b', /not a proxy URL/],
  ['::', /not a proxy URL/],
] as const) {
  test(`Chromium and ${proxy}: ${problem?.source ?? 'no problem'}`, () => {
    const found = pageProxyProblem(proxy);
    if (problem) expect(found?.en).toMatch(problem);
    else expect(found).toBeUndefined();
    expect(JSON.stringify(found ?? '')).not.toContain('secret-word');
  });
}
