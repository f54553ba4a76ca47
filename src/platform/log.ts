import { type DestinationStream, pino } from 'pino'
import type { Config } from './config.ts'

export type Logger = ReturnType<typeof openLog>

/** Members that never reach a log line, at any of the depths we log. A net under the rule that nothing secret is logged at all. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'dpop',
  '"set-cookie"',
  '"x-refresh-token"',
  '"x-verification-token"',
  'token',
  'access_token',
  'refresh_token',
  'challenge_token',
  'step_up_token',
  'code',
  'code_verifier',
  'password',
  'secret',
  'masterKey',
  'management_key',
  'identifier',
  'identifiers',
  'email',
  'phone_number',
]

/** Addresses, phone numbers, and words so long that they may be keys or tokens. */
const TELLING = /[^\s"'<>(),:;=]+@[^\s"'<>(),:;=]+|\+\d{6,15}|[\w-]{40,}(?:\.[\w-]+)*/g

/** A text of others without what may be an address, a number or a key. */
export const withoutTelling = (text: string): string => text.replace(TELLING, '[redacted]')

/** A message without what it may hold of a value. A parser quotes what it cannot read, and so does PostgreSQL (SQLSTATE class 22). */
export function scrub(error: Error): string {
  const { code } = error as { code?: unknown }
  const quotes = error instanceof SyntaxError || (typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code))
  const message = quotes ? error.message.replace(/".*"/s, '"[redacted]"') : error.message
  return withoutTelling(message)
}

/** What a log line tells of an error. Other members stay out: drivers put rejected values into them. `code` is a word for secrets here. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutTelling(String(error)) }
  const { name: type, cause } = error
  const { code: error_code } = error as { code?: unknown }
  // A stack begins with the message.
  const stack = error.stack?.split('\n').filter((line) => /^ +at /.test(line))
  const told = { type, message: scrub(error), error_code, stack: stack?.join('\n') }
  return { ...told, ...(cause !== undefined && { cause: describeError(cause) }) }
}

const { chindingsSym } = pino.symbols

/**
 * The same log, whose lines have the id of a request besides. Every request has one made: a child that pino makes costs a hundred times as much, for it
 * looks anew for what is to be struck out.
 */
export function linesAbout(log: Logger, requestId: string): Logger {
  const own = Object.create(log)
  own[chindingsSym] = `${own[chindingsSym]},"request_id":${JSON.stringify(requestId)}`
  return own
}

/**
 * Has the lines of one turn of the event loop written together, in their order: to write one costs more than to make it. None waits for longer, and a
 * warning or worse takes them along at once: what comes next may be the end.
 */
export function gatherLines(write: (lines: string) => void): DestinationStream {
  let waiting = ''
  const flush = () => {
    const lines = waiting
    waiting = ''
    if (lines !== '') write(lines)
  }
  // Whoever ends the process in the middle of a turn has said why just before.
  process.once('exit', flush)
  return {
    write(line) {
      if (waiting === '') setImmediate(flush)
      waiting += line
      if (URGENT.test(line)) flush()
    },
  }
}

const URGENT = /^\{"level":"(warn|error|fatal)"/

/** What a pipe takes whole, bytes: of more it may take lines of another process in between. POSIX, PIPE_BUF on Linux; lines are ASCII nearly always. */
const WHOLE = 4096

/** Lines in pieces that are written whole where several processes write to one pipe. A line that is longer is a piece of its own. */
export function piecesOf(lines: string): string[] {
  const pieces: string[] = []
  for (let rest = lines; rest !== ''; ) {
    const end = rest.length <= WHOLE ? rest.length : rest.lastIndexOf('\n', WHOLE - 1) + 1 || rest.indexOf('\n') + 1
    pieces.push(rest.slice(0, end || rest.length))
    rest = rest.slice(end || rest.length)
  }
  return pieces
}

const standardOutput = () => {
  const stdout = pino.destination({ sync: true })
  return gatherLines((lines) => {
    for (const piece of piecesOf(lines)) stdout.write(piece)
  })
}

/** JSON lines; `destination` defaults to standard output. */
export function openLog(level: Config['logLevel'], destination: DestinationStream = standardOutput()) {
  const bracketed = SECRET_MEMBERS.map((member) => (member.startsWith('"') ? `[${member}]` : member))
  const nested = bracketed.map((member) => (member.startsWith('[') ? `*${member}` : `*.${member}`))
  const deeper = nested.map((member) => `*.${member}`)
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: [...bracketed, ...nested, ...deeper], censor: '[redacted]' },
    },
    destination,
  )
}
