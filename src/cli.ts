#!/usr/bin/env node
import { Argument, Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { AuditFlags } from './cli/audit.ts'
import type { EventQuery } from './cli/events.ts'
import { addExport, addImport } from './cli/import/commands.ts'
import type { KeyFlags } from './cli/key-flags.ts'
import type { KeyHolder } from './cli/keys.ts'
import { command, inApp, plain, runners, withJson } from './cli/program.ts'
import type { RestoreFlags } from './cli/restore.ts'
import type { UserQuery } from './cli/users.ts'
import { addWebhooks } from './cli/webhooks/commands.ts'

// Every command loads what it needs when it runs: `--help` opens no driver, `serve` no list of public suffixes.

const variables = process.env
const run = runners(variables)
const { current, migrated } = run
const program = new Command('antiphon')
  .description('Authentication and session server that answers the Prelude Auth API')
  .version(manifest.version)
  // `import` has flags of its own besides those of its commands.
  .enablePositionalOptions()

command(
  program,
  'serve',
  'migrate the database, listen, run jobs; configured by ANTIPHON_… variables',
  plain,
  async () => (await import('./cli/serve.ts')).serve(variables),
)

command(
  program,
  'dev',
  'the same without any configuration, with TLS, an application "demo" and its pages; not for production',
  (made) => made.option('--data <folder>', 'where everything is kept', '.antiphon'),
  async (options: { data: string }) => (await import('./cli/dev.ts')).dev(variables, options.data),
)

command(program, 'migrate', 'bring the schema of the database up to date', withJson, async () =>
  (await import('./cli/serve.ts')).migrate(variables),
)

command(
  program,
  'backup <file>',
  'copy the whole database while a server serves from it; of a PostgreSQL say what does',
  withJson,
  async (file: string) => (await import('./cli/backup.ts')).backup(variables, file),
)

command(
  program,
  'restore <source>',
  'put a backup, which is checked first, in the place of the database',
  (made) =>
    withJson(made)
      .option('--check', 'only say what it is worth: a file, or the URL of a PostgreSQL that a dump was brought into')
      .option('--yes', 'also where there is a database, which is put aside'),
  async (source: string, flags: RestoreFlags) => (await import('./cli/restore.ts')).restore(variables, source, flags),
)

command(
  program,
  'move',
  'move everything into another database, from SQLite to PostgreSQL or back; goes on where it was broken off',
  (made) => withJson(made).requiredOption('--to <url>', 'sqlite:<path> or postgres://…, in which there is nothing yet'),
  async ({ to }: { to: string }) => (await import('./cli/move.ts')).move(variables, to),
)

const apps = program.command('apps').description('applications of this instance')

command(
  apps,
  'create <id>',
  'create an application and its first management key',
  (made) =>
    withJson(made)
      .option('--name <name>', 'a name for people; the id when left out')
      .addOption(
        new Option('--mode <mode>', 'dev allows test tokens and a mailbox').choices(['dev', 'prod']).default('prod'),
      ),
  async (id: string, options: { name?: string; mode: 'dev' | 'prod' }) => {
    const { createApp } = await import('./cli/apps.ts')
    return await migrated((deps) => createApp(deps, id, options))
  },
)

command(apps, 'list', 'list applications', withJson, async () => {
  const { listApps } = await import('./cli/apps.ts')
  return await current(listApps)
})

command(
  apps,
  'delete <id>',
  'delete an application with all its users, at once and for good',
  withJson,
  async (id: string) => {
    const { deleteApp } = await import('./cli/apps.ts')
    return await current((deps) => deleteApp(deps, id))
  },
)

const keys = program.command('keys').description('keys of the management API')
const ofHolder = (made: Command) =>
  withJson(made).option('--app <id>', 'of one application').option('--instance', 'of the whole instance')

command(
  keys,
  'create',
  'create a key and show it once',
  (made) =>
    ofHolder(made)
      .option('--name <name>', 'a name for people', 'cli')
      .option('--permissions <names>', 'what it may do, as users:read,users:write; everything, if this is left out')
      .option('--expires <when>', 'when it ends: 90d, 12h, or a time')
      .option('--networks <ranges>', 'where it may be used from, as 10.0.0.0/8,203.0.113.7'),
  async (options: KeyHolder & KeyFlags & { name: string }) => {
    const { createKey } = await import('./cli/keys.ts')
    return await migrated((deps) => createKey(deps, options, options))
  },
)

command(keys, 'list', 'list live keys', ofHolder, async (options: KeyHolder) => {
  const { listKeys } = await import('./cli/keys.ts')
  return await current((deps) => listKeys(deps, options))
})

command(keys, 'revoke <key_id>', 'revoke a key', withJson, async (keyId: string) => {
  const { revokeKey } = await import('./cli/keys.ts')
  return await current((deps) => revokeKey(deps, keyId))
})

command(
  keys,
  'rotate <key_id>',
  'make a key in the place of another, which goes on working for a while; show the new one once',
  (made) =>
    withJson(made)
      .option('--overlap-hours <hours>', 'how long the old key goes on working', '24')
      .option('--expires <when>', 'when the new one ends: 90d, 12h, or a time; as the old one, if this is left out'),
  async (keyId: string, options: { overlapHours: string; expires?: string }) => {
    const { rotateKey } = await import('./cli/keys.ts')
    return await current((deps) => rotateKey(deps, keyId, options))
  },
)

const audit = program.command('audit').description('who changed what')
const ofAudit = (made: Command) =>
  ofHolder(made)
    .option('--actor <actor>', 'by this one alone: application_key:<id>, instance_key:<id> or cli')
    .option('--operation <name>', 'this operation of the management API alone')
    .option('--target <id>', 'done to this alone')
    .option('--since <time>', 'from this time on')
    .option('--until <time>', 'before this time')

command(
  audit,
  'list',
  'list entries, newest first',
  (made) => ofAudit(made).option('--limit <count>', 'how many at most', '100'),
  async (options: KeyHolder & AuditFlags & { limit: string }) => {
    const { listAudit } = await import('./cli/audit.ts')
    return await current((deps) => listAudit(deps, options, options))
  },
)

command(audit, 'export', 'write entries as NDJSON, oldest first', ofAudit, async (options: KeyHolder & AuditFlags) => {
  const { exportAudit } = await import('./cli/audit.ts')
  return await current((deps) => exportAudit(deps, options, options, (line) => process.stdout.write(line)))
})

command(
  audit,
  'verify',
  'check that no entry was changed or taken out; exits with 1 where one was',
  ofHolder,
  async (options: KeyHolder) => {
    const { verify } = await import('./cli/audit.ts')
    return await current((deps) => verify(deps, options))
  },
)

const users = program.command('users').description('users of an application')

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
    const { findOne } = await import('./cli/users.ts')
    return await current((deps) => findOne(deps, app, { email, phone, externalId, internalId, id }))
  },
)

command(
  users,
  'sessions <user>',
  'list a user’s live sessions',
  inApp,
  async (user: string, { app }: { app: string }) => {
    const { listUserSessions } = await import('./cli/users.ts')
    return await current((deps) => listUserSessions(deps, app, user))
  },
)

command(
  users,
  'revoke-sessions <user>',
  'end all of a user’s sessions',
  inApp,
  async (user: string, { app }: { app: string }) => {
    const { revokeUserSessions } = await import('./cli/users.ts')
    return await current((deps) => revokeUserSessions(deps, app, user))
  },
)

const migration = program.command('migration').description('how far a migration is, the proof of it, and a rehearsal')

command(
  migration,
  'status',
  'whether the old system can be switched off, and who would notice',
  inApp,
  async ({ app }: { app: string }) => {
    const { migrationStatus } = await import('./cli/migration.ts')
    return await current((deps) => migrationStatus(deps, app))
  },
)

command(
  migration,
  'report',
  'the signed report, to be kept: a JWS; with --json what it says, too',
  inApp,
  async ({ app }: { app: string }) => {
    const { migrationReport } = await import('./cli/migration.ts')
    return await migrated((deps) => migrationReport(deps, app))
  },
)

command(
  migration,
  'try <token>',
  'what an exchange of a legacy token would do and why, step by step; changes nothing. - reads the token from standard input',
  inApp,
  async (token: string, { app }: { app: string }) => {
    const { tryMigration } = await import('./cli/migration.ts')
    const given = token === '-' ? (await (await import('node:stream/consumers')).text(process.stdin)).trim() : token
    return await current((deps) => tryMigration(deps, app, given))
  },
)

const saml = program.command('saml').description('what signs our requests to identity providers of companies')

command(
  saml,
  'keys',
  'list the keys of an application, and which one signs',
  inApp,
  async ({ app }: { app: string }) => {
    const { listKeysOfSaml } = await import('./cli/saml.ts')
    return await current((deps) => listKeysOfSaml(deps, app))
  },
)

command(
  saml,
  'announce-key',
  'make the next key: its certificate stands in our metadata from now on, the old key signs',
  inApp,
  async ({ app }: { app: string }) => {
    const { announceKey } = await import('./cli/saml.ts')
    return await current((deps) => announceKey(deps, app))
  },
)

command(
  saml,
  'switch-key',
  'sign with the key that was announced, once every identity provider knows its certificate; the old one is over',
  inApp,
  async ({ app }: { app: string }) => {
    const { switchKey } = await import('./cli/saml.ts')
    return await current((deps) => switchKey(deps, app))
  },
)

const events = program.command('events').description('what happened to an application and its users')

command(
  events,
  'list <app>',
  'list events, newest first; kept for 30 days',
  (made) =>
    withJson(made)
      .option('--type <type>', 'of one type, like step_up.hook_failed')
      .option('--user <id>', 'of one user')
      .option('--limit <count>', 'how many at most', '100'),
  async (app: string, options: EventQuery) => {
    const { listAppEvents } = await import('./cli/events.ts')
    return await current((deps) => listAppEvents(deps, app, options))
  },
)

addImport(program, run)
addExport(program, run)
addWebhooks(program, variables)

command(
  program,
  'openapi',
  'print an OpenAPI document',
  (made) =>
    withJson(made).addArgument(
      new Argument('[api]', 'which API').choices(['frontend', 'management']).default('frontend'),
    ),
  async (api: 'frontend' | 'management') => (await import('./cli/openapi.ts')).printDocument(api),
)

command(program, 'doctor', 'look for faults in configuration, database, keys and applications', withJson, async () =>
  (await import('./cli/doctor.ts')).doctor(variables),
)

await program.parseAsync()
