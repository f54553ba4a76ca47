import type { Tell } from '../api/declared.ts'
import { answered, columns, done, type Outcome } from '../outcome.ts'

/** Rows for machines, and a table for people. */
const table = (rows: readonly object[], heads: readonly string[], lines: readonly string[][], none: string): Outcome =>
  answered(rows, columns([heads, ...lines], none))

/** The line that says how to go on, where there is more. */
const withMore = (outcome: Outcome, next: string | undefined): Outcome =>
  outcome.kind === 'done' && next !== undefined
    ? { ...outcome, plain: `${outcome.plain}\nThere is more: --after ${next}` }
    : outcome

export const tellNewApp: Tell = (body, { originOf }) => {
  const { application, management_key } = body as { application: { id: string }; management_key: string }
  const where = originOf ? `answers at ${originOf(application.id)}` : 'is made'
  return done(
    { app_id: application.id, management_key },
    `Application ${application.id} ${where}.\nManagement key, shown this once: ${management_key}`,
  )
}

interface App {
  readonly id: string
  readonly name: string
  readonly mode: string
  readonly public_origins: readonly string[]
  readonly created_at: string
}

export const tellApps: Tell = (body, { originOf }) => {
  const { applications, next } = body as { applications: readonly App[]; next?: string }
  const rows = applications.map(({ id, name, mode, public_origins, created_at }) => ({
    app_id: id,
    name,
    mode,
    origins: [...public_origins, ...(originOf ? [originOf(id)] : [])],
    created_at,
  }))
  const lines = rows.map((row) => [row.app_id, row.name, row.mode, row.created_at, row.origins.join(' ')])
  return withMore(table(rows, ['ID', 'NAME', 'MODE', 'CREATED', 'ORIGINS'], lines, 'There is no application.'), next)
}

export const tellDeletedApp: Tell = (_, { args: [id] }) =>
  done({ app_id: id }, `Application ${id} is deleted. A running server erases what belongs to it.`)

interface Happened {
  readonly type: string
  readonly payload: object
  readonly created_at: string
}

export const tellEvents: Tell = (body) => {
  const { events, next } = body as { events: readonly Happened[]; next?: string }
  const lines = events.map((row) => [row.created_at, row.type, JSON.stringify(row.payload)])
  return withMore(table(events, ['WHEN', 'TYPE', 'PAYLOAD'], lines, 'There is no event.'), next)
}

interface Session {
  readonly id: string
  readonly device_model: string
  readonly created_at: string
  readonly last_seen_at: string
}

export const tellSessions: Tell = (body) => {
  const { sessions } = body as { sessions: readonly Session[] }
  const lines = sessions.map((row) => [row.id, row.device_model || 'unknown', row.created_at, row.last_seen_at])
  return table(sessions, ['ID', 'DEVICE', 'CREATED', 'LAST SEEN'], lines, 'There is no live session.')
}

/** `antiphon messages test-provider`: exits with 1 when nothing was sent. */
export const tellTrial: Tell = (body) => {
  const { status, reason } = (body as { outcome: { status: 'sent' | 'failed'; reason: string | null } }).outcome
  return answered(body, status === 'sent' ? 'It was sent.' : `It was not sent: ${reason}`, status === 'failed')
}

export const tellRevoked: Tell = (body, { args: [user_id] }) => {
  const { revoked } = body as { revoked: number }
  return done({ user_id, revoked }, revoked === 1 ? '1 session is revoked.' : `${revoked} sessions are revoked.`)
}
