import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess } from './server-process.js';
import { redmine } from './set-up.mjs';

const { program, instances } = redmine;
/** The uid and gid of www-data, fixed by Debian. */
const wwwData = 33;

export interface RedmineServer {
  readonly url: string;
  addUser(): Promise<RedmineUser>;
  stop(): Promise<void>;
}

/** A user of the server. Reads and checks the user's key without keyturn. */
interface RedmineUser {
  readonly login: string;
  password: string;
  /** Reads the key over the REST API. Like the key page, the API makes the first key if there is none. */
  currentKey(): Promise<string>;
  accepts(key: string): Promise<boolean>;
  /** Sets another password as the administrator. This ends all sessions of the user. The key stays valid. */
  changePassword(): Promise<void>;
}

/** Starts a new instance with an empty database; `stop` removes it. */
export async function startRedmine(): Promise<RedmineServer> {
  const folder = await mkdtemp(join(instances, 'keyturn-test-'));
  const adminPassword = newPassword();
  const env = {
    // Use Debian's Ruby, not another version on this machine.
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: folder,
    REDMINE_INSTANCE: folder.slice(instances.length + 1),
    RAILS_ENV: 'production',
    RAILS_SERVE_STATIC_FILES: '1',
  };
  try {
    await makeInstance(folder, { ...env, ADMIN_PASSWORD: adminPassword });
    const server = await startServerProcess({
      command: 'puma',
      args: (port) => ['--environment', 'production', '--bind', `tcp://127.0.0.1:${port}`, 'config.ru'],
      cwd: program,
      env,
      uid: wwwData,
      gid: wwwData,
      readyPath: '/login',
    });
    const { url } = server;
    return {
      url,
      addUser: () => addUser(url, adminPassword),
      stop: async () => {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function makeInstance(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const database = { adapter: 'sqlite3', database: join(folder, 'redmine.sqlite3'), encoding: 'utf8' };
  for (const name of ['config', 'files', 'log', 'tmp']) await mkdir(join(folder, name));
  // JSON is valid YAML.
  await writeFile(join(folder, 'config/database.yml'), JSON.stringify({ production: database }));
  await writeFile(join(folder, 'config/secret_key.txt'), randomBytes(32).toString('hex'));
  for (const name of ['.', 'files', 'log', 'tmp']) await chown(join(folder, name), wwwData, wwwData);
  await promisify(execFile)('ruby', ['bin/rails', 'runner', firstSettings], {
    cwd: program,
    env,
    uid: wwwData,
    gid: wwwData,
  });
}

/**
 * Creates the tables, enables the REST API and sets the administrator's password. A start of Rails takes seconds, so
 * one start does all three.
 */
const firstSettings = `
  ActiveRecord::Migration.verbose = false
  ActiveRecord::Base.connection.migration_context.migrate
  ActiveRecord::Base.descendants.each(&:reset_column_information)
  Setting.rest_api_enabled = '1'
  admin = User.find_by_login('admin')
  admin.must_change_passwd = false
  admin.password = admin.password_confirmation = ENV.fetch('ADMIN_PASSWORD')
  admin.save!
`;

async function addUser(url: string, adminPassword: string): Promise<RedmineUser> {
  const login = `keeper-${randomBytes(4).toString('hex')}`;
  const asAdmin = async (method: string, path: string, user: Record<string, unknown>) => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: basic('admin', adminPassword) },
      body: JSON.stringify({ user }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Redmine answered ${method} ${path} with HTTP ${response.status}: ${text}`);
    return text;
  };
  const password = newPassword();
  const names = { login, firstname: 'Key', lastname: 'Keeper', mail: `${login}@example.org` };
  const made = JSON.parse(await asAdmin('POST', '/users.json', { ...names, password })) as { user: { id: number } };
  const user: RedmineUser = {
    login,
    password,
    currentKey: async () => {
      const headers = { authorization: basic(login, user.password) };
      const response = await fetch(`${url}/users/current.json`, { headers });
      return ((await response.json()) as { user: { api_key: string } }).user.api_key;
    },
    accepts: async (key) => {
      const { status } = await fetch(`${url}/users/current.json`, { headers: { 'x-redmine-api-key': key } });
      if (status !== 200 && status !== 401) throw new Error(`Redmine answered a key with HTTP ${status}`);
      return status === 200;
    },
    changePassword: async () => {
      const next = newPassword();
      await asAdmin('PUT', `/users/${made.user.id}.json`, { password: next });
      user.password = next;
    },
  };
  return user;
}

const newPassword = () => randomBytes(12).toString('hex');
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
