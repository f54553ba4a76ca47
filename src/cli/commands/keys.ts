import type { Command } from 'commander'
import type { KeyFlags } from '../key-flags.ts'
import type { KeyHolder } from '../keys.ts'
import { command, group, inApp, type Runners, withJson } from '../program.ts'

/** Whose keys or entries are meant. */
export const ofHolder = (made: Command) =>
  withJson(made).option('--app <id>', 'of one application').option('--instance', 'of the whole instance')

/** `antiphon keys` */
export function addKeys(program: Command, { current, migrated }: Runners): void {
  const keys = group(program, 'keys', 'keys of the management API')
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
      const { createKey } = await import('../keys.ts')
      return await migrated((deps) => createKey(deps, options, options))
    },
  )

  command(keys, 'list', 'list live keys', ofHolder, async (options: KeyHolder) => {
    const { listKeys } = await import('../keys.ts')
    return await current((deps) => listKeys(deps, options))
  })

  const master = group(keys, 'master', 'the master key, which everything that is sealed hangs on')
  command(master, 'status', 'count what hangs on each master key, and say which may go', withJson, async () => {
    const { masterKeyStatus } = await import('../master-key.ts')
    return await current(masterKeyStatus)
  })
  command(
    master,
    'give-up <key_id>',
    'let a previous key go that only sessions hang on: their users log in again',
    withJson,
    async (keyId: string) => {
      const { giveUpMasterKey } = await import('../master-key.ts')
      return await current((deps) => giveUpMasterKey(deps, keyId))
    },
  )
  const signing = group(keys, 'signing', 'the keys that sign tokens and webhooks of an application')
  command(signing, 'list', 'list them: which signs, which is next', inApp, async ({ app }: { app: string }) => {
    const { listSigningKeysOf } = await import('../signing-keys.ts')
    return await current((deps) => listSigningKeysOf(deps, app))
  })
  command(
    signing,
    'rotate',
    'make the next key now: published at once, signing after a day',
    (made) => inApp(made).option('--for <purpose>', 'access_token, challenge_token or webhook', 'access_token'),
    async (options: { app: string; for: string }) => {
      const { rotateSigningKeysOf } = await import('../signing-keys.ts')
      return await migrated((deps) => rotateSigningKeysOf(deps, options.app, options.for))
    },
  )
  command(
    signing,
    'revoke <kid>',
    'refuse what a key signed from now on, and sign with another',
    inApp,
    async (kid: string, { app }: { app: string }) => {
      const { revokeSigningKeyOf } = await import('../signing-keys.ts')
      return await migrated((deps) => revokeSigningKeyOf(deps, app, kid))
    },
  )
  command(keys, 'revoke <key_id>', 'revoke a key', withJson, async (keyId: string) => {
    const { revokeKey } = await import('../keys.ts')
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
      const { rotateKey } = await import('../keys.ts')
      return await current((deps) => rotateKey(deps, keyId, options))
    },
  )
}
