import { whenCommitted } from '../../platform/db-context.ts'
import type { Deps } from '../../platform/deps.ts'
import { withoutTelling } from '../../platform/log.ts'
import { logSampled } from '../../platform/sampled-log.ts'

interface Line {
  readonly level: 'info' | 'warn'
  readonly message: string
  /** Members of the payload that the line may have: none that names a user or how to reach one. */
  readonly members: readonly string[]
}

/** Of which events somebody who operates the server wants to read in its log. */
const LINES: Readonly<Record<string, Line>> = {
  'migration.hook_failed': { level: 'warn', message: 'a migration hook failed', members: ['reason'] },
  'password.hook_failed': { level: 'warn', message: 'a password hook failed', members: ['reason'] },
  'step_up.hook_failed': { level: 'warn', message: 'a step-up hook failed', members: ['scope', 'reason'] },
  'message.failed': {
    level: 'warn',
    message: 'a message was not delivered',
    members: ['message_id', 'channel', 'template', 'reason'],
  },
  'user.deleted': { level: 'info', message: 'a user was erased', members: [] },
  'session.refresh_reused': { level: 'warn', message: 'a used up refresh token was presented again', members: [] },
  'otp.budget_spent': { level: 'warn', message: 'codes are held back: too many were not entered', members: ['budget'] },
  'management_key.rotated': { level: 'info', message: 'a management key was rotated', members: ['key_id'] },
  'key.rotated': {
    level: 'info',
    message: 'a signing key was made',
    members: ['purpose', 'alg', 'kid', 'activates_at'],
  },
  'key.revoked': { level: 'warn', message: 'a signing key was revoked', members: ['purpose', 'alg', 'kid'] },
}

/** Write the log lines of events, once they have happened for good. Of each kind and reason so many a minute: anybody may bring some about. */
export function tellOfEvents(deps: Deps, appId: string, type: string, payloads: readonly object[]): void {
  const line = LINES[type]
  if (!line) return
  whenCommitted(() => {
    for (const payload of payloads) {
      const members = tellable(payload as Record<string, unknown>, line.members)
      logSampled(deps, line.level, [appId, String(members.reason)], { app: appId, ...members }, line.message)
    }
  })
}

const tellable = (payload: Record<string, unknown>, members: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    members.map((member) => {
      const value = payload[member]
      return [member, typeof value === 'string' && member === 'reason' ? withoutTelling(value) : value]
    }),
  )
