import type { Command } from 'commander'
import { databaseCommand, group, inApp, type Runners } from '../program.ts'

/** `antiphon migration` */
export function addMigration(program: Command, { current, migrated }: Runners): void {
  const migration = group(program, 'migration', 'how far a migration is, the proof of it, and a rehearsal')

  databaseCommand(
    migration,
    'status',
    'whether the old system can be switched off, and who would notice',
    inApp,
    async ({ app }: { app: string }) => {
      const { migrationStatus } = await import('../migration.ts')
      return await current((deps) => migrationStatus(deps, app))
    },
  )

  databaseCommand(
    migration,
    'report',
    'the signed report, to be kept: a JWS; with --json what it says, too',
    inApp,
    async ({ app }: { app: string }) => {
      const { migrationReport } = await import('../migration.ts')
      return await migrated((deps) => migrationReport(deps, app))
    },
  )

  databaseCommand(
    migration,
    'try <token>',
    'what an exchange of a legacy token would do and why, step by step; changes nothing. - reads the token from standard input',
    inApp,
    async (token: string, { app }: { app: string }) => {
      const { tryMigration } = await import('../migration.ts')
      const given = token === '-' ? (await (await import('node:stream/consumers')).text(process.stdin)).trim() : token
      return await current((deps) => tryMigration(deps, app, given))
    },
  )
}
