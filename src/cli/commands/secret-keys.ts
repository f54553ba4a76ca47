import type { Command } from 'commander'
import { asking, databaseCommand, group, inApp, type Runners, withJson } from '../program.ts'

/** `antiphon keys master` and `antiphon keys signing`: keys that nobody but a server has. */
export function addSecretKeys(keys: Command, { current, migrated }: Runners): void {
  const master = group(keys, 'master', 'the master key, which everything that is sealed hangs on')
  databaseCommand(master, 'status', 'count what hangs on each master key, and say which may go', withJson, async () => {
    const { masterKeyStatus } = await import('../master-key.ts')
    return await current(masterKeyStatus)
  })
  databaseCommand(
    master,
    'give-up <key_id>',
    'let a previous key go that only sessions hang on: their users log in again',
    (made) => asking(withJson(made), 'Log out everybody whose session hangs on master key'),
    async (keyId: string) => {
      const { giveUpMasterKey } = await import('../master-key.ts')
      return await current((deps) => giveUpMasterKey(deps, keyId))
    },
  )

  const signing = group(keys, 'signing', 'the keys that sign tokens and webhooks of an application')
  databaseCommand(signing, 'list', 'list them: which signs, which is next', inApp, async ({ app }: { app: string }) => {
    const { listSigningKeysOf } = await import('../signing-keys.ts')
    return await current((deps) => listSigningKeysOf(deps, app))
  })
  databaseCommand(
    signing,
    'rotate',
    'make the next key now: published at once, signing after a day',
    (made) => inApp(made).option('--for <purpose>', 'access_token, challenge_token or webhook', 'access_token'),
    async (options: { app: string; for: string }) => {
      const { rotateSigningKeysOf } = await import('../signing-keys.ts')
      return await migrated((deps) => rotateSigningKeysOf(deps, options.app, options.for))
    },
  )
  databaseCommand(
    signing,
    'revoke <kid>',
    'refuse what a key signed from now on, and sign with another',
    (made) => asking(inApp(made), 'Refuse from now on whatever was signed by key'),
    async (kid: string, { app }: { app: string }) => {
      const { revokeSigningKeyOf } = await import('../signing-keys.ts')
      return await migrated((deps) => revokeSigningKeyOf(deps, app, kid))
    },
  )
}
