import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Program } from './legacy-app.ts'
import { writeStandIns } from './spring/stand-ins.ts'

/** A legacy application, and what it knows besides a session that is good. */
interface Told extends Program {
  /** The id of the user `mia`. */
  readonly mia: string
  /** Which cookie remembers a login without a session. */
  readonly remembered?: (cookie: string) => boolean
  /** The path that ends the session that was there. */
  readonly ends?: string
  /** The path that answers what the application encrypts of a text for anybody. */
  readonly encrypts?: string
}

const here = (file: string) => join(import.meta.dirname, file)

/** The first of these commands that ends well with these arguments; undefined where none does, or none is on this machine. */
const find = (commands: readonly string[], ...args: string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const python = find(['/usr/bin/python3', 'python3'], '-c', 'import django')
const php = find(['php'], '-r', 'exit(extension_loaded("openssl") && extension_loaded("pdo_sqlite") ? 0 : 1);')
const laravel =
  php &&
  find(
    [php],
    '-r',
    'require "/usr/share/php/Illuminate/autoload.php"; exit(class_exists("Illuminate\\Foundation\\Application") ? 0 : 1);',
  )
const java = find(['javac'], '-version') && 'java'
const ruby = find(['ruby'], '-e', '%w[railties activerecord actionpack devise sqlite3].each { |name| gem name }')

/** What the command runs, where there is one. */
const withCommand = (command: string | undefined, program: Omit<Told, 'command'>): Told | undefined =>
  command === undefined ? undefined : { command, ...program }

/** A plug-in lies beside what it includes. */
function copyPlugin(folder: string): void {
  for (const file of ['wordpress/antiphon-hook.php', 'php/AntiphonCall.php'])
    copyFileSync(here(`../../examples/hooks/${file}`), join(folder, basename(file)))
}

const springSources = [
  ...['AntiphonCall', 'AntiphonController'].map((name) => here(`../../examples/hooks/spring/${name}.java`)),
  ...['ObjectMapper', 'Legacy'].map((name) => here(`spring/${name}.java`)),
]

/** The legacy applications by framework; undefined where this machine does not speak its language. */
export const PROGRAMS: Readonly<Record<string, Told | undefined>> = {
  'express-session': { mia: 'mia', command: process.execPath, args: [here('express-server.mjs')] },
  'Auth.js, its sessions in cookies': { mia: '17', command: process.execPath, args: [here('next-auth/server.mjs')] },
  'Auth.js, its sessions in a database': {
    mia: '17',
    command: process.execPath,
    args: [here('next-auth/server.mjs')],
    env: { AUTH_STRATEGY: 'database' },
  },
  Django: withCommand(python, { mia: '17', ends: '/password?to=another', args: [here('django/server.py')] }),
  PHP: withCommand(php, { mia: '17', args: ['-S', '127.0.0.1:0', here('php/router.php')] }),
  Laravel: withCommand(laravel, {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    encrypts: '/encrypted',
    args: ['-S', '127.0.0.1:0', here('laravel/router.php')],
  }),
  WordPress: withCommand(php, {
    mia: '17',
    ends: '/password?to=another',
    prepare: copyPlugin,
    args: ['-S', '127.0.0.1:0', here('wordpress/router.php')],
  }),
  Spring: withCommand(java, {
    mia: 'mia@lumen.example',
    remembered: (cookie) => cookie.startsWith('remember-me'),
    prepare: writeStandIns,
    args: ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', here('spring/Start.java'), ...springSources],
  }),
  Rails: withCommand(ruby, {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    args: [here('rails/server.rb')],
  }),
}

const anyPython = () => find(['python3', 'python'], '-c', 'import sys; sys.exit(sys.version_info < (3, 8))')
const anyRuby = () => find(['ruby'], '-e', 'require "openssl"; OpenSSL::PKey::RSA.instance_method(:verify_pss)')

/** What reads the calls, where its framework, whose hook reads by the same, is not on this machine: anybody is who the token says. */
export const READERS: Readonly<Record<string, Told | undefined>> = {
  ...(!python && { Python: withCommand(anyPython(), { mia: 'mia', args: [here('reader.py')] }) }),
  ...(!ruby && { Ruby: withCommand(anyRuby(), { mia: 'mia', args: [here('reader.rb')] }) }),
}
