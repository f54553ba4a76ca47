import type { Command } from 'commander'
import type { KeyFlags } from '../key-flags.ts'
import type { KeyHolder } from '../keys.ts'
import { asking, databaseCommand, group, type Runners, withJson } from '../program.ts'
import { addSecretKeys } from './secret-keys.ts'

/** Whose keys or entries are meant. */
export const ofHolder = (made: Command) =>
  withJson(made).option('--app <id>', 'of one application').option('--instance', 'of the whole instance')

/** `antiphon keys` */
export function addKeys(program: Command, { current, migrated }: Runners): void {
  const keys = group(program, 'keys', 'keys of the management API')
  addSecretKeys(keys, { current, migrated })
  databaseCommand(
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
      const { createKey } = await import('../keys.ts')
      return await migrated((deps) => createKey(deps, options, options))
    },
  )

  databaseCommand(keys, 'list', 'list live keys', ofHolder, async (options: KeyHolder) => {
    const { listKeys } = await import('../keys.ts')
    return await current((deps) => listKeys(deps, options))
  })

  databaseCommand(
    keys,
    'revoke <key_id>',
    'revoke a key',
    (made) => asking(withJson(made), 'Revoke key'),
    async (keyId: string) => {
      const { revokeKey } = await import('../keys.ts')
      return await current((deps) => revokeKey(deps, keyId))
    },
  )

  databaseCommand(
    keys,
    'rotate <key_id>',
    'make a key in the place of another, which goes on working for a while; show the new one once',
    (made) =>
      withJson(made)
        .option('--overlap-hours <hours>', 'how long the old key goes on working', '24')
        .option('--expires <when>', 'when the new one ends: 90d, 12h, or a time; as the old one, if this is left out'),
    async (keyId: string, options: { overlapHours: string; expires?: string }) => {
      const { rotateKey } = await import('../keys.ts')
      return await current((deps) => rotateKey(deps, keyId, options))
    },
  )
}
