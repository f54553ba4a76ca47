import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { asking, databaseCommand, group, type Runners, withJson } from '../program.ts'
import { tellNextKeys, tellRevokedSigningKey, tellSigningKeys } from './told-signing-keys.ts'

/** `antiphon keys master` and `antiphon keys signing`: keys that nobody but a server has. */
export function addSecretKeys(keys: Command, variables: Variables, { current }: Runners): void {
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
  for (const one of SIGNING) declare(signing, variables, one)
}

const SIGNING: readonly Declared[] = [
  {
    usage: 'list',
    operation: 'listSigningKeys',
    does: 'list them: which signs, which is next',
    tell: tellSigningKeys,
    examples: ['keys signing list --app shop'],
  },
  {
    usage: 'rotate',
    operation: 'rotateSigningKeys',
    does: 'make the next key now: published at once, signing after a day',
    flags: { purpose: 'for' },
    tell: tellNextKeys,
    examples: ['keys signing rotate --app shop', 'keys signing rotate --app shop --for webhook'],
  },
  {
    usage: 'revoke <kid>',
    operation: 'revokeSigningKey',
    does: 'refuse what a key signed from now on, and sign with another',
    asks: 'Refuse from now on whatever was signed by key',
    tell: tellRevokedSigningKey,
    examples: ['keys signing revoke --app shop <kid>'],
  },
]
