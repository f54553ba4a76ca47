import type { JWK } from 'jose'
import type { OutboundOutcome } from '../../src/platform/safe-fetch.ts'
import type { World } from '../world.ts'
import { answered } from './legacy.ts'

/** A legacy vendor on the fake network: a key set and an OAuth token endpoint whose refresh tokens are good once. */
export interface Vendor {
  /** What it answers in place of anything else. */
  fault: OutboundOutcome | undefined
  /** What happens when it has given new tokens, before they arrive. */
  answered: (() => void) | undefined
  /** How often its token endpoint was asked. */
  asked(): number
}

interface Wire {
  readonly endpoint: string
  readonly jwks: string
  readonly keys: readonly JWK[]
  /** What it gives for each refresh token. */
  readonly issue: Readonly<Record<string, () => Promise<object>>>
  /** Who waits before it answers. */
  readonly wait?: () => Promise<void>
}

/** Let the network of some servers be this vendor and nothing else. RFC 6749 §6, with rotation. */
export function vendor(w: World | readonly World[], { endpoint, jwks, keys, issue, wait }: Wire): Vendor {
  const used = new Set<string>()
  let asked = 0
  const made: Vendor = { fault: undefined, answered: undefined, asked: () => asked }
  for (const one of [w].flat() as World[]) {
    one.fakeNetwork(async ({ url, method, body = '' }) => {
      if (url === jwks && method === 'GET') return answered({ keys })
      if (url !== endpoint || method !== 'POST') return { kind: 'failed', reason: 'network' }
      asked += 1
      await wait?.()
      if (made.fault) return made.fault
      const token = new URLSearchParams(body).get('refresh_token') ?? ''
      const give = used.has(token) ? undefined : issue[token]
      if (!give) return answered({ error: 'invalid_grant' }, 403)
      used.add(token)
      const given = await give()
      made.answered?.()
      return answered({ ...given, token_type: 'Bearer' })
    })
  }
  return made
}
