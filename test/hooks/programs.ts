import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Program } from './legacy-app.ts'

/** A legacy application, and what it knows besides a session that is good. */
interface Told extends Program {
  /** The id of the user `mia`. */
  readonly mia: string
  /** Which cookie remembers a login without a session. */
  readonly remembered?: (cookie: string) => boolean
  /** The path that ends the session that was there. */
  readonly ends?: string
}

const here = (file: string) => join(import.meta.dirname, file)

/** The first of these commands that ends well with these arguments; undefined where none does, or none is on this machine. */
const find = (commands: readonly string[], ...args: string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const python = find(['python3', '/usr/bin/python3'], '-c', 'import django')
const php = find(['php'], '-r', 'exit(extension_loaded("openssl") && extension_loaded("pdo_sqlite") ? 0 : 1);')
const laravel = php && find([php], '-r', 'require "/usr/share/php/Illuminate/autoload.php"; exit(class_exists("Illuminate\\Foundation\\Application") ? 0 : 1);')
const ruby = find(['ruby'], '-e', 'require "rails"; require "devise"; require "sqlite3"')

/** The legacy applications by framework; undefined where this machine does not speak its language. */
export const PROGRAMS: Readonly<Record<string, Told | undefined>> = {
  'express-session': { mia: 'mia', command: process.execPath, args: [here('express-server.mjs')] },
  Django: python && { mia: '17', ends: '/password?to=another', command: python, args: [here('django/server.py')] },
  PHP: php && { mia: '17', command: php, args: ['-S', '127.0.0.1:0', here('php/router.php')] },
  Laravel: laravel && {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    command: laravel,
    args: ['-S', '127.0.0.1:0', here('laravel/router.php')],
  },
  Rails: ruby && {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    command: ruby,
    args: [here('rails/server.rb')],
  },
}
