import assert from 'node:assert/strict'
import type { AsyncCommand } from 'fast-check'
import { type DpopKey, REFRESH, type TestApp } from '../builders.ts'
import { imported, loadFile } from '../house/imports.ts'
import { configOf, configure, type IssuerKey, issuerKey, migrate, moveOver } from '../house/legacy.ts'
import { postProven } from '../house/tokens.ts'
import { vendor } from '../house/vendor.ts'
import { auth0 } from '../vectors/legacy/tokens.ts'
import type { World } from '../world.ts'

const SWITCHED_AT = '2026-01-02T03:00:00Z'
const GRACE_SECONDS = 90 * 86_400
const KEPT_MS = 600_000
/** When the tokens that are over were. */
const OVER_AT = Date.parse(SWITCHED_AT) - 3_300_000

/** Whom the legacy system knows, by what it knows now. */
interface LegacyPerson {
  readonly id: string
  address: string
  /** When it saw the address proven, Unix ms. */
  provenAt: number
}

interface Session {
  readonly userId: string
  readonly key: DpopKey
  refreshToken: string
}

/** What has happened so far in an application, to the server and to people. */
export interface History {
  readonly w: World
  readonly app: TestApp
  readonly people: readonly LegacyPerson[]
  /** Who is which user here, once and for all. */
  readonly users: Map<string, string>
  /** When an address was proven to us, Unix ms. */
  readonly provenHere: Map<string, number>
  readonly sessions: Session[]
  /** How often each thing has happened, over all histories. */
  readonly seen: Map<string, number>
  readonly key: IssuerKey
  /** What the vendor gives for each refresh token. */
  readonly issue: Record<string, () => Promise<object>>
}

const addressOf = (n: number) => `a${n}@example.com`
const now = ({ w }: History) => w.deps.now()
let tokens = 0

const key = await issuerKey('ES256')

/** Everybody has the address of their number, in a legacy system whose tokens may be fresh, over, or for refreshing. */
export async function newHistory(w: World, app: TestApp, count: number, seen: Map<string, number>): Promise<History> {
  const grace = { expired_grace_seconds: GRACE_SECONDS, issued_before: SWITCHED_AT }
  await configure(app, configOf(auth0, { ...grace, refresh: { client_id: auth0.audience } }))
  const issue: History['issue'] = {}
  vendor(w, { endpoint: `${auth0.issuer}oauth/token`, jwks: auth0.jwks, keys: [key.jwk], issue })
  const provenAt = Date.parse('2025-01-01T00:00:00Z')
  const people = Array.from({ length: count }, (_, n) => ({ id: `auth0|${n}`, address: addressOf(n), provenAt }))
  return { w, app, people, users: new Map(), provenHere: new Map(), sessions: [], seen, key, issue }
}

type Step = AsyncCommand<object, History>

const step = (name: string, run: (history: History) => Promise<string>): Step => ({
  check: () => true,
  async run(_, history) {
    see(history, `${name.split(' ')[0]} ${await run(history)}`)
  },
  toString: () => name,
})

const see = ({ seen }: History, what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)

const personAt = ({ people }: History, n: number) => people[n % people.length] as LegacyPerson

/** A token of somebody, valid for five minutes or over. */
function tokenOf(history: History, { id, address }: LegacyPerson, isOver = false): Promise<string> {
  const exp = Math.floor((isOver ? OVER_AT : now(history) + 300_000) / 1000)
  const claims = { iat: exp - 300, exp, sub: id, sid: `s${++tokens}`, email: address }
  return history.key.sign({ ...auth0.claims, ...claims })
}

/** The users here, by id: who they are there, and what they have proven. */
async function usersOf({ app }: History) {
  const { users } = (await app.manage('/users?limit=500')).body
  type Shown = { id: string; external_id?: string; identifiers: { value: string }[] }
  return new Map(
    (users as Shown[]).map(({ id, external_id, identifiers }) => [
      id,
      { externalId: external_id, proven: identifiers.map(({ value }) => value) },
    ]),
  )
}

type Users = Awaited<ReturnType<typeof usersOf>>

/** Somebody has become a user here, or was that one before: never one of somebody else. */
function checkIdentity(history: History, before: Users, person: LegacyPerson, userId: string, theirs?: number) {
  const known = history.users.get(person.id)
  if (known) return assert.equal(userId, known, `${person.id} is somebody else now`)
  const others = [...history.users].filter(([, id]) => id === userId).map(([id]) => id)
  assert.deepEqual(others, [], `${person.id} is in the account of somebody else`)
  history.users.set(person.id, userId)
  const account = before.get(userId)
  see(history, account ? 'linked' : 'created')
  if (!account) return
  assert.equal(account.externalId, undefined)
  assert.deepEqual(account.proven, [person.address], `${person.id} is linked to whom they are not`)
  const here = history.provenHere.get(person.address) ?? 0
  assert.ok(theirs === undefined || theirs >= here, `${person.id} had ${person.address} before somebody else`)
}

/** Nobody who is here has lost what they have proven. */
async function checkBelongings(history: History, before: Users): Promise<void> {
  const after = await usersOf(history)
  const isHere = new Set(history.sessions.map(({ userId }) => userId))
  for (const [id, { externalId, proven }] of before) {
    if (externalId !== undefined && !isHere.has(id)) continue
    assert.deepEqual(
      proven.filter((value) => !after.get(id)?.proven.includes(value)),
      [],
      `${id} has lost an address`,
    )
  }
}

/** Let in by a token, and seen to be whom it names. */
async function comeIn(history: History, person: LegacyPerson, token: string): Promise<void> {
  const before = await usersOf(history)
  const { userId, key, refreshToken } = await moveOver(history.w, history.app, token)
  history.sessions.push({ userId, key, refreshToken })
  checkIdentity(history, before, person, userId)
  await checkBelongings(history, before)
}

async function assertOut({ app }: History, token: string): Promise<void> {
  assert.equal((await migrate(app, token)).status, 400)
}

/** The app opens with a fresh token, and opens again with it when an answer was lost. */
export const fresh = ({ n, isLost }: { n: number; isLost: boolean }): Step =>
  step(`fresh ${n} ${isLost}`, async (history) => {
    const person = personAt(history, n)
    const token = await tokenOf(history, person)
    if (isLost) {
      const before = await usersOf(history)
      assert.equal((await migrate(history.app, token)).status, 200)
      const [userId = ''] = [...(await usersOf(history))].find(([, { externalId }]) => externalId === person.id) ?? []
      checkIdentity(history, before, person, userId)
    }
    await comeIn(history, person, token)
    await comeIn(history, person, token)
    return 'in'
  })

/** … with one that is over: good once, for whoever is known. */
export const over = (n: number): Step =>
  step(`over ${n}`, async (history) => {
    const person = personAt(history, n)
    const token = await tokenOf(history, person, true)
    const isInGrace = now(history) < OVER_AT + GRACE_SECONDS * 1000
    const isKnown = isInGrace && history.users.has(person.id)
    if (isKnown) await comeIn(history, person, token)
    await assertOut(history, token)
    return isKnown ? 'in' : 'out'
  })

/** … with a refresh token: for ten minutes as good as at first, and no longer than a minute more. */
export const refreshing = ({ n, againMs }: { n: number; againMs: number }): Step =>
  step(`refreshing ${n} ${againMs}`, async (history) => {
    const person = personAt(history, n)
    const token = `v1.${++tokens}`
    history.issue[token] = async () => ({ id_token: await tokenOf(history, person) })
    await comeIn(history, person, token)
    history.w.advance(againMs)
    if (againMs < KEPT_MS) await comeIn(history, person, token)
    else await assertOut(history, token)
    return againMs < KEPT_MS ? 'again' : 'once'
  })

/** A file with some of them is imported, as the legacy system knows them now. */
export const bringing = (who: readonly number[]): Step =>
  step(`bringing ${who}`, async (history) => {
    const { w, app } = history
    const people = [...new Set(who.map((n) => personAt(history, n)))]
    const before = await usersOf(history)
    const rows = people.map(({ id, address, provenAt }) => {
      const verified_at = new Date(provenAt).toISOString()
      return imported(id, { identifiers: [{ type: 'email_address', value: address, verified: true, verified_at }] })
    })
    const { outcomes } = await loadFile(w, app, rows)
    await checkBelongings(history, before)
    for (const [id, { externalId }] of await usersOf(history)) {
      const person = people.find((one) => one.id === externalId)
      if (person) checkIdentity(history, before, person, id, person.provenAt)
    }
    for (const person of people)
      if (!outcomes.conflict) assert.ok(history.users.has(person.id), `${person.id} is missing`)
    return Object.keys(outcomes).sort().join('+')
  })

/** Somebody signs up here with one address, or with some. */
export const signingUp = (addresses: readonly number[]): Step =>
  step(`signingUp ${addresses}`, async (history) => {
    const identifiers = addresses.map((n) => ({ type: 'email_address', value: addressOf(n) }))
    const { status } = await history.app.manage('/users', { body: { identifiers } })
    if (status === 201) for (const { value } of identifiers) history.provenHere.set(value, now(history))
    return String(status)
  })

/** A user here has another address from now on, in place of theirs or besides. */
export const changingHere = ({ n, to, keepsOld }: { n: number; to: number; keepsOld: boolean }): Step =>
  step(`changingHere ${n} ${to} ${keepsOld}`, async (history) => {
    const all = [...(await usersOf(history))]
    const [id, one] = all[n % Math.max(all.length, 1)] ?? []
    if (!id || !one) return 'nobody'
    const path = `/users/${id}/identifiers`
    const of = (value: string) => ({ identifier: { type: 'email_address', value } })
    const added = await history.app.manage(path, { body: of(addressOf(to)) })
    if (added.status !== 201) return String(added.status)
    history.provenHere.set(addressOf(to), now(history))
    for (const value of keepsOld ? [] : one.proven)
      if (value !== addressOf(to)) await history.app.manage(path, { method: 'DELETE', body: of(value) })
    return '201'
  })

/** An address has another holder in the legacy system from now on, who may be the second at once. */
export const changingThere = ({ n, to }: { n: number; to: number }): Step =>
  step(`changingThere ${n} ${to}`, async (history) => {
    Object.assign(personAt(history, n), { address: addressOf(to), provenAt: now(history) })
    return ''
  })

export const passing = (ms: number): Step =>
  step(`passing ${ms}`, async ({ w }) => {
    w.advance(ms)
    return ''
  })

/** Whoever came over is in, whatever happened since. */
export async function checkSessions({ app, sessions }: History): Promise<void> {
  for (const { key, refreshToken } of sessions) {
    const answer = await postProven(app, REFRESH, key, { headers: { 'x-refresh-token': refreshToken } })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }
}
