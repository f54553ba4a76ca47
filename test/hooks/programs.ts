import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Program } from './legacy-app.ts'

/** A legacy application, and what it knows besides a session that is good, as queries of its login. */
interface Told extends Program {
  /** The id of the user `mia`. */
  readonly mia: string
  /** Remembered by a cookie of its own, without a session. */
  readonly remembered?: string
  /** Paths that end the session that was there. */
  readonly ends?: string
}

const here = (file: string) => join(import.meta.dirname, file)

/** The first of these commands with which a line of its language ends well; undefined where there is none. */
const speaks = (commands: readonly string[], args: readonly string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const python =
  speaks(['python3', '/usr/bin/python3'], ['-c', 'import django']) ?? speaks(['python3', 'python'], ['-c', 'import zlib'])

/** The legacy applications of whose language there is something on this machine, by framework. */
export const PROGRAMS: Readonly<Record<string, Told | undefined>> = {
  'express-session': { mia: 'mia', command: process.execPath, args: [here('express-server.mjs')] },
  Django: python ? { mia: '17', ends: '/password?to=another', command: python, args: [here('django/server.py')] } : undefined,
}
