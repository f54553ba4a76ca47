import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { databaseCommand, group, type Runners, withExamples, withJson } from '../program.ts'

const COMMANDS: readonly Declared[] = [
  {
    usage: 'list',
    operation: 'listOperators',
    columns: ['id', 'email', 'role', 'apps', 'passkeys', 'sessions', 'last_seen_at'],
    examples: ['operators list'],
  },
  {
    usage: 'update <operator>',
    operation: 'updateOperator',
    examples: ['operators update opr_01jr0z5w2seq998trz7ftbb9rj --role support'],
  },
  {
    usage: 'end-sessions <operator>',
    operation: 'endOperatorSessions',
    examples: ['operators end-sessions opr_01jr0z5w2seq998trz7ftbb9rj'],
  },
  {
    usage: 'remove <operator>',
    operation: 'deleteOperator',
    asks: 'Remove operator',
    examples: ['operators remove opr_01jr0z5w2seq998trz7ftbb9rj --yes'],
  },
]

/** `antiphon operators` */
export function addOperators(program: Command, variables: Variables, { migrated }: Runners): void {
  const operators = group(program, 'operators', 'people who work with the console')
  const invite = databaseCommand(
    operators,
    'invite <email>',
    'make a link that lets somebody in once, within 15 minutes; the way back in, too, for who has no passkey left',
    (made) =>
      withJson(made)
        .option('--role <role>', 'owner, admin, developer, support, analyst or auditor; the first one is owner')
        .option('--name <name>', 'what others call them')
        .option('--apps <ids>', 'applications that they work with, as shop,sandbox; all, if this is left out')
        .option('--console <origin>', 'where the console is, as https://console.example'),
    async (email: string, flags: object) =>
      await migrated(async (deps) => (await import('../operators.ts')).invite(deps, email, flags)),
  )
  withExamples(invite, 'operators invite ada@example.com', 'operators invite bo@example.com --role support --apps shop')
  for (const one of COMMANDS) declare(operators, variables, one)
}
