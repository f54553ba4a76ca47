#!/usr/bin/env node
import { Argument, Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { EventQuery } from './cli/events.ts'
import type { ExportFlags } from './cli/export.ts'
import type { ImportFlags } from './cli/import/flags.ts'
import type { KeyHolder } from './cli/keys.ts'
import { type Outcome, printable } from './cli/outcome.ts'
import type { UserQuery } from './cli/users.ts'
import type { Deps } from './platform/deps.ts'

// Every command loads what it needs when it runs: `--help` opens no driver, `serve` no list of public suffixes.

const variables = process.env
const program = new Command('antiphon')
  .description('Authentication and session server that answers the Prelude Auth API')
  .version(manifest.version)
  // `import` has flags of its own besides those of its commands.
  .enablePositionalOptions()

type Flags = { json?: boolean }

/** Print what came of a command and set the exit code. */
function report(outcome: Outcome, { json }: Flags): void {
  if (outcome.kind === 'done') {
    console.log(printable(json ? JSON.stringify(outcome.json) : outcome.plain))
    process.exitCode = outcome.failed ? 1 : 0
  } else if (outcome.kind === 'refused') {
    console.error(printable(`antiphon: ${outcome.reason}`))
    process.exit(1)
  } else if (outcome.kind === 'misconfigured') {
    for (const fault of outcome.faults) console.error(fault)
    process.exit(2)
  }
}

/** Add a command. What its action answers is reported. */
function command<A extends unknown[]>(
  parent: Command,
  usage: string,
  description: string,
  build: (command: Command) => Command,
  action: (...args: A) => Promise<Outcome>,
): Command {
  const made = build(parent.command(usage).description(description))
  return made.action(async (...args: unknown[]) => report(await action(...(args as A)), made.opts()))
}

const plain = (made: Command) => made
const withJson = (made: Command) => made.option('--json', 'print JSON')

/** Run on a database whose schema is current, or is made so first. */
const current = async (work: (deps: Deps) => Promise<Outcome>) =>
  (await import('./cli/process.ts')).withCurrentSchema(variables, ({ deps }) => work(deps))
const migrated = async (work: (deps: Deps) => Promise<Outcome>) =>
  (await import('./cli/process.ts')).withMigratedSchema(variables, ({ deps }) => work(deps))

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
  (made) => ofHolder(made).option('--name <name>', 'a name for people', 'cli'),
  async (options: KeyHolder & { name: string }) => {
    const { createKey } = await import('./cli/keys.ts')
    return await migrated((deps) => createKey(deps, options, options.name))
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

const users = program.command('users').description('users of an application')
const inApp = (made: Command) => withJson(made).requiredOption('--app <id>', 'the application')

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

const each = (value: string, before: readonly string[] = []) => [...before, value]

const imports = command(
  program,
  'import [files...]',
  'bring users over by file, from a legacy system or another application',
  (made) =>
    withJson(made)
      .enablePositionalOptions()
      .option('--app <id>', 'the application')
      .option(
        '--from <source>',
        'what the files came from: auth0, clerk, firebase …, ndjson, or csv and ldif with --map',
      )
      .option('--hashes <file>', 'the file of password hashes, where they are apart')
      .option('--join <role=file>', 'another file with more of the same users; may be repeated', each)
      .option('--map <file>', 'a file that says where things stand in a row')
      .option('--encoding <name>', 'of the files, where it is not UTF-8: windows-1252')
      .option('--dry-run', 'do and report everything, and keep nothing of it')
      .option('--update <fields>', 'what of users who are here may be brought up to date: profile,groups …')
      .option('--since <time>', 'pass over users whose record was changed before')
      .option('--expect <count>', 'how many users there have to be; with another number nothing is loaded')
      .option('--canaries <file>', 'test accounts and their passwords, which are tried at the end')
      .option('--default-country <code>', 'of phone numbers without one, like FR')
      .option('--external-id-from <path>', 'where the id stands that your own tables use')
      .option('--scopes-by-group <file>', 'JSON that names the scopes of groups')
      .option('--firebase-hash <file>', 'the hash parameters of the Firebase project')
      .option('--pepper <name>', 'the sealed pepper that stood behind every password')
      .option('--spring-encoder <name>', 'the encoder of Spring hashes that name none')
      .option('--okta-email-proven', 'take the primary address of active Okta users as proven')
      .option('--mapped <file>', 'write down the users as they are read')
      .option('--ids <file>', 'write down which user here is which there, one a line')
      .option('--errors <file>', 'write down refused and conflicting lines, to be corrected')
      .option('--continue <import_id>', 'go on with an import whose reading was broken off'),
  async (files: string[], options: ImportFlags) => {
    const { importFiles } = await import('./cli/import.ts')
    return await migrated((deps) => importFiles(deps, files, options))
  },
)

command(imports, 'status <import_id>', 'how far an import is', withJson, async (id: string) => {
  const { importStatus } = await import('./cli/imports.ts')
  return await current((deps) => importStatus(deps, id))
})

command(imports, 'pause <import_id>', 'stop loading until it is resumed', withJson, async (id: string) => {
  const { pauseOrCancel } = await import('./cli/imports.ts')
  return await current((deps) => pauseOrCancel(deps, id, 'pause'))
})

command(imports, 'resume <import_id>', 'go on loading', withJson, async (id: string) => {
  const { resume } = await import('./cli/imports.ts')
  return await migrated((deps) => resume(deps, id))
})

command(imports, 'cancel <import_id>', 'end an import; what it loaded stays', withJson, async (id: string) => {
  const { pauseOrCancel } = await import('./cli/imports.ts')
  return await current((deps) => pauseOrCancel(deps, id, 'cancel'))
})

command(
  imports,
  'rollback <import_id>',
  'delete the users whom an import made and nobody has used since',
  withJson,
  async (id: string) => {
    const { rollback } = await import('./cli/imports.ts')
    return await migrated((deps) => rollback(deps, id))
  },
)

command(
  imports,
  'lines <import_id>',
  'list lines that were not loaded as they stand, for 30 days',
  (made) =>
    withJson(made)
      .option('--outcome <outcome>', 'refused, conflict, skipped, left_out or kept', 'refused')
      .option('--out <file>', 'write them down with their users’ data, to be corrected and imported again'),
  async (id: string, options: { outcome: string; out?: string }) => {
    const { importLines } = await import('./cli/imports.ts')
    return await migrated((deps) => importLines(deps, id, options))
  },
)

command(
  imports,
  'verify <import_id>',
  'try now whether the test accounts of an import can log in',
  withJson,
  async (id: string) => {
    const { verify } = await import('./cli/imports.ts')
    return await current((deps) => verify(deps, id))
  },
)

command(imports, 'report <import_id>', 'what came of an import', withJson, async (id: string) => {
  const { importReport } = await import('./cli/imports.ts')
  return await current((deps) => importReport(deps, id))
})

command(
  program,
  'export [file]',
  'write down the users of an application, as `import --from ndjson` takes them',
  (made) =>
    inApp(made)
      .option('--hashes', 'with password hashes')
      .option('--leftovers', 'with what is kept sealed until it can be used'),
  async (file: string | undefined, options: ExportFlags) => {
    const { exportFile } = await import('./cli/export.ts')
    return await migrated((deps) => exportFile(deps, file, options))
  },
)

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
