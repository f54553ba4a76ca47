import type { Command } from 'commander'
import type { AuditFlags } from '../audit.ts'
import type { KeyHolder } from '../keys.ts'
import { databaseCommand, group, type Runners } from '../program.ts'
import { ofHolder } from './keys.ts'

/** `antiphon audit` */
export function addAudit(program: Command, { current }: Runners): void {
  const audit = group(program, 'audit', 'who changed what')
  const ofAudit = (made: Command) =>
    ofHolder(made)
      .option('--actor <actor>', 'by this one alone: application_key:<id>, instance_key:<id> or cli')
      .option('--operation <name>', 'this operation of the management API alone')
      .option('--target <id>', 'done to this alone')
      .option('--since <time>', 'from this time on')
      .option('--until <time>', 'before this time')

  databaseCommand(
    audit,
    'list',
    'list entries, newest first',
    (made) => ofAudit(made).option('--limit <count>', 'how many at most', '100'),
    async (options: KeyHolder & AuditFlags & { limit: string }) => {
      const { listAudit } = await import('../audit.ts')
      return await current((deps) => listAudit(deps, options, options))
    },
  )

  databaseCommand(
    audit,
    'export',
    'write entries as NDJSON, oldest first',
    ofAudit,
    async (options: KeyHolder & AuditFlags) => {
      const { exportAudit } = await import('../audit.ts')
      return await current((deps) => exportAudit(deps, options, options, (line) => process.stdout.write(line)))
    },
  )

  databaseCommand(
    audit,
    'verify',
    'check that no entry was changed or taken out; exits with 1 where one was',
    ofHolder,
    async (options: KeyHolder) => {
      const { verify } = await import('../audit.ts')
      return await current((deps) => verify(deps, options))
    },
  )
}
