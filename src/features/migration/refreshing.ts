import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { encode } from '../../crypto/base64url.ts'
import { hmacSha256 } from '../../crypto/hash.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { kept } from '../../platform/kept-keys.ts'
import { sealing } from '../../platform/key-set.ts'
import { findRefresh, putRefreshOutcome, releaseRefresh, takeRefresh } from './store.ts'
import type { TokenClient, VendorAnswer } from './token-endpoint.ts'
import { askVendor } from './vendor.ts'

/** Longer than a call to the vendor may wait and last: whoever still holds a lease then has died, or their clock is off. */
const LEASE_MS = 60_000
/** For so long a client that did not hear us may ask again. */
const KEPT_MS = 600_000
const WAIT_MS = 3_000
const LOOK_EVERY_MS = 100

const outcomeShape = z.object({ tokens: z.array(z.string()), at: z.number() })

/** New tokens for a refresh token, and when they came, Unix ms. */
type NewTokens = { kind: 'tokens'; tokens: readonly string[]; at: number }
type Refreshed = NewTokens | { kind: 'refused' }
export type RefreshOutcome = Refreshed | Extract<VendorAnswer, { kind: 'doubt' }>

const nameKey = kept('migration-refresh-names')
export const refreshBox = sealing('migration-refreshes')

const underWay = resident(() => new Map<string, Promise<RefreshOutcome>>())

/** What a vendor gave and the database did not take: the refresh token may be used up by now. Few, for who cannot write asks nobody. */
const unkept = resident(() => new Map<string, NewTokens>())

/**
 * Use a refresh token at its vendor. A token that rotates is good once, so whoever shows it at the same time shares one call, and what came of it is kept,
 * sealed, for ten minutes: a client whose answer was lost gets it again.
 */
export async function refresh(
  deps: Deps,
  app: Application,
  client: TokenClient,
  token: string,
  ip: string,
): Promise<RefreshOutcome> {
  const hash = encode(hmacSha256(nameKey(deps), JSON.stringify([app.id, client.url, token])))
  const known = underWay(deps).get(hash)
  if (known) return await known
  const refreshing = refreshOnce(deps, app, client, token, { hash, ip }).finally(() => underWay(deps).delete(hash))
  underWay(deps).set(hash, refreshing)
  return await refreshing
}

async function refreshOnce(
  deps: Deps,
  app: Application,
  client: TokenClient,
  token: string,
  { hash, ip }: { hash: string; ip: string },
): Promise<RefreshOutcome> {
  const held = unkept(deps).get(hash)
  if (held) return await keep(deps, app.id, hash, held)
  const until = deps.monotonic() + WAIT_MS
  for (let looks = 0; looks <= WAIT_MS / LOOK_EVERY_MS && deps.monotonic() < until; looks++) {
    const kept = await findKept(deps, app.id, hash)
    if (kept) return kept
    if (await take(deps, app.id, hash)) return await ask(deps, app, client, token, { hash, ip })
    await pause(LOOK_EVERY_MS)
  }
  return { kind: 'doubt', cause: 'somebody else is using the token', isOdd: false }
}

async function take(deps: Deps, appId: string, hash: string): Promise<boolean> {
  const now = deps.now()
  const lease = { lease_until: now + LEASE_MS, expires_at: now + LEASE_MS + KEPT_MS }
  return await deps.transact((tx) => takeRefresh(tx, { app_id: appId, token_hash: hash, sealed: null, ...lease }, now))
}

/** What came of a token that this process has taken. Only the vendor's word is kept. */
async function ask(
  deps: Deps,
  app: Application,
  client: TokenClient,
  token: string,
  { hash, ip }: { hash: string; ip: string },
): Promise<RefreshOutcome> {
  const answer = await askVendor(deps, app, client, token, ip)
  if (answer.kind === 'doubt') {
    await deps.transact((tx) => releaseRefresh(tx, app.id, hash))
    return answer
  }
  if (answer.kind === 'refused') return await keep(deps, app.id, hash, answer)
  const given = { ...answer, at: deps.now() }
  hold(deps, hash, given)
  return await keep(deps, app.id, hash, given)
}

function hold(deps: Deps, hash: string, given: NewTokens): void {
  const held = unkept(deps)
  for (const [old, { at }] of held) if (given.at - at >= KEPT_MS) held.delete(old)
  held.set(hash, given)
}

async function keep<R extends Refreshed>(deps: Deps, appId: string, hash: string, outcome: R): Promise<R> {
  const { tokens, at } = outcome.kind === 'tokens' ? outcome : { tokens: [], at: deps.now() }
  const sealed = refreshBox.seal(deps, `${appId}/${hash}`, JSON.stringify({ tokens, at }))
  await deps.transact((tx) => putRefreshOutcome(tx, appId, hash, sealed))
  unkept(deps).delete(hash)
  return outcome
}

async function findKept(deps: Deps, appId: string, hash: string): Promise<Refreshed | undefined> {
  const row = await findRefresh(deps.db, appId, hash)
  if (!row?.sealed || row.expires_at <= deps.now()) return undefined
  const opened = refreshBox.open(deps, `${appId}/${hash}`, row.sealed)
  if (!opened) throw new Error('what a vendor answered does not open with this master key')
  const { tokens, at } = outcomeShape.parse(JSON.parse(opened.toString('utf8')))
  return tokens.length > 0 ? { kind: 'tokens', tokens, at } : { kind: 'refused' }
}
