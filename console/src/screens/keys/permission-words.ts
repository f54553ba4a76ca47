import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { PERMISSIONS } from '../../api/roles.ts'

/** What each permission allows; null for one that is of no use to the key of a single application. */
export const PERMISSION_WORDS: Readonly<Record<(typeof PERMISSIONS)[number], MessageDescriptor | null>> = {
  'applications:read': msg`Read the application and its mode.`,
  'applications:write': msg`Change name, origins, redirect URIs and mode: whose pages act for users.`,
  'applications:create': null,
  'applications:delete': null,
  'audit:read': msg`Read who changed what.`,
  'config:read': msg`Read settings and how users log in. Secrets are never shown.`,
  'config:write': msg`Change settings and how users log in. This can let anybody in: as good as everything.`,
  'domains:read': msg`Read custom domains.`,
  'domains:write': msg`Add, verify and remove custom domains: where clients reach the application.`,
  'events:read': msg`Read what happened to users.`,
  'health:read': null,
  'health:write': null,
  'imports:read': msg`Read imports, with the lines that failed.`,
  'imports:write': msg`Import users, with passwords and rights, and roll imports back.`,
  'keys:read': msg`Read which keys there are.`,
  'keys:write': msg`Make and rotate keys with no more rights than its own, and revoke any.`,
  'messages:read': msg`Read what was sent to whom; in development the mailbox with its codes too.`,
  'migration:read': msg`Read how far a migration is, and whom it left behind.`,
  'operators:read': null,
  'operators:write': null,
  'sessions:read': msg`Read the sessions of users.`,
  'sessions:write': msg`End sessions.`,
  'signing_keys:read': msg`Read which keys sign tokens and webhooks.`,
  'signing_keys:write': msg`Rotate and revoke the keys that sign: this can have every token of the moment refused.`,
  'statistics:read': msg`Read numbers. None tells of a user.`,
  'tokens:mint': msg`Mint tokens, in development mode.`,
  'users:read': msg`Read users, their identifiers, passkeys and linked accounts.`,
  'users:write': msg`Create, change and delete users, with passwords: this can log in as any of them.`,
  'webhooks:read': msg`Read webhooks and their log, and pull events.`,
  'webhooks:write': msg`Create, change and delete webhooks: where events are sent.`,
  'webhooks:replay': msg`Send events again.`,
}
