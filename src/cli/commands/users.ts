import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { type TargetFlags, withApi, withTarget } from '../api/target.ts'
import { command, group, inApp } from '../program.ts'
import type { UserQuery } from '../users.ts'
import { tellRevoked, tellSessions } from './told.ts'

const USER = ['id', 'external_id', 'status', 'identifiers', 'created_at']

const identifier = (type: string) => (body: Readonly<Record<string, unknown>>, value: string) => ({
  identifiers: [...((body.identifiers as object[] | undefined) ?? []), { type, value }],
})

const COMMANDS: readonly Declared[] = [
  {
    usage: 'list',
    operation: 'listUsers',
    columns: USER,
    examples: ['users list --app shop --query ada', 'users list --app shop --status inactive --limit 20'],
  },
  { usage: 'get <user>', operation: 'getUser', examples: ['users get usr_… --app shop'] },
  {
    usage: 'create',
    operation: 'createUser',
    does: 'create a user; a password goes by --data, where nobody else sees it',
    without: ['identifiers', 'password', 'password_hash'],
    extra: [
      {
        flag: 'email',
        placeholder: 'address',
        description: 'a proven e-mail address',
        add: identifier('email_address'),
      },
      { flag: 'phone', placeholder: 'number', description: 'a proven phone number', add: identifier('phone_number') },
    ],
    examples: [
      'users create --app shop --email ada@example.com --external-id 7',
      'users create --app shop --data @ada.json',
    ],
  },
  {
    usage: 'block <user>',
    operation: 'updateStatus',
    does: 'keep a user out, and end every session of theirs',
    body: { status: 'inactive' },
    examples: ['users block usr_… --app shop'],
  },
  {
    usage: 'unblock <user>',
    operation: 'updateStatus',
    does: 'let a user in again',
    body: { status: 'active' },
    examples: ['users unblock usr_… --app shop'],
  },
  {
    usage: 'delete <user>',
    operation: 'deleteUser',
    asks: 'Delete for good user',
    examples: ['users delete usr_… --app shop', 'users delete usr_… --app shop --yes'],
  },
  {
    usage: 'sessions <user>',
    operation: 'listUserSessions',
    does: 'list a user’s live sessions',
    tell: tellSessions,
    examples: ['users sessions usr_… --app shop'],
  },
  {
    usage: 'revoke-sessions <user>',
    operation: 'invalidateUserSessions',
    does: 'end all of a user’s sessions',
    asks: 'End every session of user',
    tell: tellRevoked,
    examples: ['users revoke-sessions usr_… --app shop'],
  },
]

type FindFlags = TargetFlags & UserQuery & { readonly app: string }

/** `antiphon users` */
export function addUsers(program: Command, variables: Variables): void {
  const users = group(program, 'users', 'users of an application')

  for (const one of COMMANDS) declare(users, variables, one)

  command(
    users,
    'find',
    'find a user',
    (made) =>
      withTarget(inApp(made))
        .option('--email <address>', 'by an e-mail address; whoever has proven it comes first')
        .option('--phone <number>', 'by a phone number, with country code; likewise')
        .option('--external-id <id>', 'by the application’s own id')
        .option('--internal-id <uuid>', 'by the UUID that it was created with')
        .option('--id <id>', 'by id'),
    async ({ app, email, phone, externalId, internalId, id, ...target }: FindFlags) => {
      const { findOne } = await import('../users.ts')
      const query = { email, phone, externalId, internalId, id }
      return await withApi(variables, target, false, (ways) => findOne(ways, app, query))
    },
  )
}
