import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import semver from 'semver';

interface LockedPackage {
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const read = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** The Node versions that package.json allows. */
const supported = async () => (JSON.parse(await read('package.json')) as { engines: { node: string } }).engines.node;

async function lockedPackages(): Promise<[name: string, item: LockedPackage][]> {
  const { packages } = JSON.parse(await read('package-lock.json')) as { packages: Record<string, LockedPackage> };
  return Object.entries(packages);
}

const namesOf = (packages: [string, LockedPackage][]) =>
  packages.map(([name, { engines }]) => `${name} needs ${engines?.node}`);

test('every package that keyturn needs at run time accepts every Node version that keyturn accepts', async () => {
  const range = await supported();
  const packages = (await lockedPackages()).filter(([, { dev }]) => !dev);
  expect(packages.length).toBeGreaterThan(50);
  // A range such as "^20.3.0 || >=21.0.0" holds all versions only together.
  const parts = [`${range} <21`, `${range} >=21`];
  const isRefused = (accepted: string) => !parts.every((part) => semver.subset(part, accepted));
  expect(namesOf(packages.filter(([, { engines }]) => isRefused(engines?.node ?? '*')))).toEqual([]);
});

test('every package that the tests and the build need accepts the oldest Node version, 22 and 24', async () => {
  const oldest = semver.minVersion(await supported())?.version ?? '';
  expect(oldest).toBe('20.19.0');
  const isRefused = (range: string) =>
    !semver.satisfies(oldest, range) || !['22', '24'].every((line) => semver.intersects(line, range));
  const packages = await lockedPackages();
  expect(namesOf(packages.filter(([, { engines }]) => isRefused(engines?.node ?? '*')))).toEqual([]);
});

test('the lock file and the READMEs name the same oldest Node version as package.json', async () => {
  const range = await supported();
  const [[, root] = ['', undefined]] = await lockedPackages();
  expect(root?.engines?.node).toBe(range);
  for (const file of ['README.md', 'README.zh-CN.md']) expect(await read(file)).toContain(`Node ${range.slice(2)}`);
});
