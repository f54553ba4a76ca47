import type { Command } from 'commander'
import { command, group, inApp, type Runners } from '../program.ts'
import type { UserQuery } from '../users.ts'

/** `antiphon users` */
export function addUsers(program: Command, { current }: Runners): void {
  const users = group(program, 'users', 'users of an application')

  command(
    users,
    'find',
    'find a user',
    (made) =>
      inApp(made)
        .option('--email <address>', 'by a verified e-mail address')
        .option('--phone <number>', 'by a verified phone number, with country code')
        .option('--external-id <id>', 'by the application’s own id')
        .option('--internal-id <uuid>', 'by the UUID that it was created with')
        .option('--id <id>', 'by id'),
    async ({ app, email, phone, externalId, internalId, id }: UserQuery & { app: string }) => {
      const { findOne } = await import('../users.ts')
      return await current((deps) => findOne(deps, app, { email, phone, externalId, internalId, id }))
    },
  )

  command(
    users,
    'sessions <user>',
    'list a user’s live sessions',
    inApp,
    async (user: string, { app }: { app: string }) => {
      const { listUserSessions } = await import('../users.ts')
      return await current((deps) => listUserSessions(deps, app, user))
    },
  )

  command(
    users,
    'revoke-sessions <user>',
    'end all of a user’s sessions',
    inApp,
    async (user: string, { app }: { app: string }) => {
      const { revokeUserSessions } = await import('../users.ts')
      return await current((deps) => revokeUserSessions(deps, app, user))
    },
  )
}
