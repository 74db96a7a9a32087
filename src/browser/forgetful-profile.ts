import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Chromium neither offers to save a password nor keeps what is typed into forms: phone numbers, names, codes. */
const preferences = {
  credentials_enable_service: false,
  credentials_enable_autosignin: false,
  profile: { password_manager_enabled: false },
  autofill: { enabled: false, profile_enabled: false, credit_card_enabled: false },
};

type Json = { [name: string]: Json | boolean };

/** Before the browser starts. A profile whose preferences cannot be read or written is used as it is. */
export async function keepNothingTyped(userDataDir: string): Promise<void> {
  await forgetTabs(userDataDir);
  const file = path.join(userDataDir, 'Default', 'Preferences');
  const temporary = `${file}.keyturn`;
  try {
    const before = await readFile(file, 'utf8').catch(() => '{}');
    const after = JSON.stringify(merged(JSON.parse(before) as Json, preferences));
    if (after === before) return;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, after, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** The tabs that Chromium would restore, with the content of their fields. It has no switch that keeps them off the disk. */
export async function forgetTabs(userDataDir: string): Promise<void> {
  await rm(path.join(userDataDir, 'Default', 'Sessions'), { recursive: true, force: true }).catch(() => undefined);
}

function merged(into: Json, from: Json): Json {
  const entries = Object.entries(from).map(([name, value]) => {
    const old = into[name];
    return [name, typeof value === 'object' ? merged(typeof old === 'object' ? old : {}, value) : value];
  });
  return { ...into, ...(Object.fromEntries(entries) as Json) };
}
