/** What a management key may be allowed, and what that means. Each management operation needs one of them. */
export const PERMISSIONS = {
  'applications:read': 'Read an application and its mode; an instance key lists them all.',
  'applications:write':
    'Change the name, the origins, the redirect URIs and the mode of an application. Who may do that decides whose pages act for users.',
  'applications:create': 'Create applications. Instance keys alone.',
  'applications:delete': 'Delete an application with everything in it. Instance keys alone.',
  'audit:read': 'Read who changed what.',
  'config:read': 'Read settings and how users log in. Secrets are never shown.',
  'config:write':
    'Change settings and how users log in. Who may do that can let anybody in: give it as if it were everything.',
  'domains:read': 'Read custom domains and what is checked of them.',
  'domains:write':
    'Add, verify and remove custom domains. Who may do that decides where clients, and identity providers, reach the application.',
  'events:read': 'Read what happened to users.',
  'health:read': 'Read how the instance does: versions, jobs, clock, keys and certificates. Instance keys alone.',
  'health:write': 'Have parked jobs tried again. Instance keys alone.',
  'imports:read': 'Read imports, with the lines that failed.',
  'imports:write': 'Import users, passwords and rights included, and roll imports back.',
  'keys:read': 'Read which keys there are.',
  'keys:write':
    'Create, rotate and revoke keys, none of them with more rights than its maker. Whoever has it may revoke any of them.',
  'messages:read': 'Read what was sent to whom; in development the mailbox with its codes too.',
  'migration:read': 'Read how far a migration is, and whom it left behind.',
  'operators:read': 'Read who works with the console. Instance keys alone.',
  'operators:write':
    'Invite, change and remove those who work with the console, none of them with more rights than its own. Instance keys alone.',
  'sessions:read': 'Read the sessions of users.',
  'sessions:write': 'End sessions.',
  'signing_keys:read': 'Read which keys sign tokens and webhooks, never the keys themselves.',
  'signing_keys:write':
    'Rotate and revoke the keys that sign tokens and webhooks. Who may do that can have every access token of the moment refused.',
  'statistics:read': 'Read numbers: how many came in by which way, and what became of messages. None tells of a user.',
  'tokens:mint': 'Mint access tokens, in development mode.',
  'users:read': 'Read users, their identifiers, passkeys and linked accounts.',
  'users:write':
    'Create, change and delete users, with passwords and scopes. Who may do that can log in as any of them.',
  'webhooks:read': 'Read webhooks and the log of their deliveries, and pull events: with all that they tell of users.',
  'webhooks:write':
    'Create, change and delete webhooks. Who may do that has every event from then on, with all that it tells of users, sent where they like.',
  'webhooks:replay': 'Send events again, those from before a webhook was made, too.',
} as const

export type Permission = keyof typeof PERMISSIONS

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as readonly Permission[]
