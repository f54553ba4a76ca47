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

/** JSON lines; `destination` defaults to standard output. */
export function openLog(level: Config['logLevel'], destination?: DestinationStream) {
  const bracketed = SECRET_MEMBERS.map((member) => (member.startsWith('"') ? `[${member}]` : member))
  const nested = bracketed.map((member) => (member.startsWith('[') ? `*${member}` : `*.${member}`))
  const deeper = nested.map((member) => `*.${member}`)
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...bracketed, ...nested, ...deeper], censor: '[redacted]' },
    },
    ...(destination ? [destination] : []),
  )
}
