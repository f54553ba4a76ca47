import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
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
}

const here = (file: string) => join(import.meta.dirname, file)

/** The first of these commands that ends well with these arguments; undefined where none does, or none is on this machine. */
const find = (commands: readonly string[], ...args: string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const python = find(['python3', '/usr/bin/python3'], '-c', 'import django')
const php = find(['php'], '-r', 'exit(extension_loaded("openssl") && extension_loaded("pdo_sqlite") ? 0 : 1);')
const laravel =
  php &&
  find(
    [php],
    '-r',
    'require "/usr/share/php/Illuminate/autoload.php"; exit(class_exists("Illuminate\\Foundation\\Application") ? 0 : 1);',
  )
const java = find(['javac'], '-version') && find(['java'], '-version')
const ruby = find(['ruby'], '-e', 'require "rails"; require "devise"; require "sqlite3"')

/** What the command runs, where there is one. */
const withCommand = (command: string | undefined, program: Omit<Told, 'command'>): Told | undefined =>
  command === undefined ? undefined : { command, ...program }

/** Compile the hook for Spring and what is around it. */
function compileSpring(folder: string): void {
  const hook = ['AntiphonCall', 'AntiphonController'].map((name) => here(`../../examples/hooks/spring/${name}.java`))
  const sources = [...hook, here('spring/ObjectMapper.java'), here('spring/Legacy.java'), ...writeStandIns(folder)]
  const { status, stderr } = spawnSync(
    'javac',
    ['-J-XX:TieredStopAtLevel=1', '-proc:none', '-nowarn', '-d', folder, ...sources],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
}

/** The legacy applications by framework; undefined where this machine does not speak its language. */
export const PROGRAMS: Readonly<Record<string, Told | undefined>> = {
  'express-session': { mia: 'mia', command: process.execPath, args: [here('express-server.mjs')] },
  Django: withCommand(python, { mia: '17', ends: '/password?to=another', args: [here('django/server.py')] }),
  PHP: withCommand(php, { mia: '17', args: ['-S', '127.0.0.1:0', here('php/router.php')] }),
  Laravel: withCommand(laravel, {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    args: ['-S', '127.0.0.1:0', here('laravel/router.php')],
  }),
  Spring: withCommand(java, {
    mia: 'mia@lumen.example',
    remembered: (cookie) => cookie.startsWith('remember-me'),
    prepare: compileSpring,
    args: ['-XX:TieredStopAtLevel=1', '-Xshare:auto', '-cp', '.', 'Legacy'],
  }),
  Rails: withCommand(ruby, {
    mia: '17',
    remembered: (cookie) => cookie.startsWith('remember_'),
    ends: '/password?to=another',
    args: [here('rails/server.rb')],
  }),
}

const anyPython = find(['python3', 'python'], '-c', 'import sys; sys.exit(sys.version_info < (3, 8))')
const anyRuby = find(['ruby'], '-e', 'require "openssl"; OpenSSL::PKey::RSA.instance_method(:verify_pss)')

/** What reads the calls, without its framework: anybody is who the token says. */
export const READERS: Readonly<Record<string, Told | undefined>> = {
  Python: withCommand(anyPython, { mia: 'mia', args: [here('reader.py')] }),
  Ruby: withCommand(anyRuby, { mia: 'mia', args: [here('reader.rb')] }),
}
