import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type TargetFlags, withApi, withTarget } from '../api/target.ts'
import { command, databaseCommand, group, type Runners, withExamples } from '../program.ts'
import { type AuditFlags, exportAudit, isOfOne, listAudit, WHOSE } from './audit-entries.ts'
import { type Holder, ofHolder } from './keys.ts'

const ofAudit = (made: Command) =>
  withTarget(ofHolder(made))
    .option('--actor <actor>', 'by this one alone: application_key:<id>, instance_key:<id> or cli')
    .option('--operation <name>', 'this operation of the management API alone')
    .option('--target <id>', 'done to this alone')
    .option('--since <time>', 'from this time on')
    .option('--until <time>', 'before this time')

/** `antiphon audit` */
export function addAudit(program: Command, variables: Variables, { current }: Runners): void {
  const audit = group(program, 'audit', 'who changed what')

  const list = command(
    audit,
    'list',
    'list entries, newest first',
    (made) =>
      ofAudit(made)
        .option('--limit <count>', 'how many at most', '100')
        .option('--after <id>', 'go on behind this entry'),
    async (flags: TargetFlags & AuditFlags) =>
      isOfOne(flags) ? await withApi(variables, flags, false, (ways) => listAudit(ways, flags)) : WHOSE,
  )
  withExamples(list, 'audit list --app shop --since 2026-11-01 --actor cli')

  const exported = command(
    audit,
    'export',
    'write entries as NDJSON, oldest first',
    ofAudit,
    async (flags: TargetFlags & AuditFlags) =>
      isOfOne(flags) ? await withApi(variables, flags, false, (ways) => exportAudit(ways, flags)) : WHOSE,
  )
  withExamples(exported, 'audit export --app shop')

  databaseCommand(
    audit,
    'verify',
    'check that no entry was changed or taken out; exits with 1 where one was',
    ofHolder,
    async (options: Holder) => {
      const { verify } = await import('../audit.ts')
      return await current((deps) => verify(deps, options))
    },
  )
}
