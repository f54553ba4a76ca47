import { equalText } from '../../crypto/hash.ts'
import { hashSecret } from '../../crypto/opaque-token.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { ApiKey } from '../applications/api-keys.ts'
import { UNLIMITED } from '../applications/key-limits.ts'
import { newApiKey } from '../applications/make-key.ts'
import { CLI } from './actor.ts'

const held = resident(() => ({ hash: undefined as string | undefined }))

/** Its id is no id of a key that is stored, and names it in the audit log. */
const OWN: ApiKey = {
  ...UNLIMITED,
  id: CLI,
  appId: '',
  name: CLI,
  createdBy: CLI,
  createdAt: 0,
  lastUsedAt: undefined,
  replacedBy: undefined,
}

/**
 * The key by which a process calls itself: the command line, which does on its own database what it would do by the API of a server. It may do
 * everything, is in no table, is known to this process alone and is over with it.
 */
export function makeOwnKey(deps: Deps): string {
  const { secret, hash } = newApiKey(deps, 'prod')
  held(deps).hash = hash
  return secret
}

/** That key, where `secret` is its secret. A process that made none has none. */
export function findOwnKey(deps: Deps, secret: string): ApiKey | undefined {
  const { hash } = held(deps)
  return hash !== undefined && equalText(hash, hashSecret(secret)) ? OWN : undefined
}
