// What a module of examples/clients does on the vendor's own SDK, whichever it is.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LegacySdk } from '../../examples/clients/exchange.ts'
import { beAPage } from './browser-globals.ts'
import { unsignedJwt, type Vendor } from './vendor.ts'

export const storage = beAPage()
const hour = () => Math.floor(Date.now() / 1000) + 3_600
export const jwt = (name: string, exp = hour()) => unsignedJwt({ sub: 'ana', name, iat: 1, exp, token_use: 'id' })
export const EXPIRED = jwt('expired', 2)
export const FRESH = jwt('fresh')

/** An SDK that holds an expired token and a refresh token that the vendor knows; made anew for each. */
export interface Stage {
  readonly vendor: Vendor
  open(refreshToken: 'good' | 'withdrawn'): Promise<LegacySdk>
  /** What the vendor gives, where its SDK reads more of it than `FRESH` says. */
  readonly fresh?: string
  /** What its SDK gives of an expired session: the expired token, unless it gives nothing. */
  readonly held?: string | undefined
  /** Its SDK tries again at once: what it waits for are answers, and those it gets in its own time. */
  readonly unhurried?: true
}

/** SDKs wait before they try again, for half a minute in all: let them wait a hundredth. */
export function hurry(t: TestContext): void {
  const wait = setTimeout
  // What Node itself waits for has something to say to the work.
  const waitLess = (work: () => void, ms = 0, ...rest: []) => wait(work, rest.length > 0 ? ms : ms / 100, ...rest)
  t.mock.method(globalThis, 'setTimeout', waitLess)
}

/** What a refresh comes to, which is no token. */
export const failureOf = (sdk: LegacySdk): Promise<unknown> =>
  sdk.freshLegacyToken().then(assert.fail, (error) => error)

/** A vendor's no is an error that says so, or no token. */
async function isRefused(sdk: LegacySdk): Promise<boolean> {
  try {
    return (await sdk.freshLegacyToken()) === undefined
  } catch (error) {
    return sdk.isOver(error)
  }
}

export function tellTheStory(name: string, stage: () => Promise<Stage>): void {
  test(`${name}: a token is fresh, what is held outlives a refusal, and a vendor that is away refuses nobody`, async (t) => {
    storage.clear()
    const { vendor, open, fresh, held, unhurried } = { fresh: FRESH, held: EXPIRED, ...(await stage()) }
    if (!unhurried) hurry(t)
    assert.equal(await (await open('good')).freshLegacyToken(), fresh)

    const withdrawn = await open('withdrawn')
    assert.equal(await withdrawn.heldLegacyToken(), held)
    assert.equal(await isRefused(withdrawn), true)

    const cut = await open('good')
    vendor.away = true
    const outage = await failureOf(cut)
    assert.equal(cut.isOver(outage), false, String(outage))
    assert.equal(await cut.heldLegacyToken(), held)
    await cut.forgetLegacySession()
  })
}

/** An SDK that holds nothing says so, and is not in doubt: the app shows its login. */
export function tellOfNobody(name: string, open: () => LegacySdk | Promise<LegacySdk>): void {
  test(`${name}: when nobody is signed in there is nothing to move`, async () => {
    storage.clear()
    const sdk = await open()
    assert.deepEqual([await isRefused(sdk), await sdk.heldLegacyToken()], [true, undefined])
  })
}

/** Whoever signs out while the app is open stays out. */
export function tellOfSigningOut(
  name: string,
  stage: () => Promise<Stage>,
  signOut: (sdk: LegacySdk) => unknown,
): void {
  test(`${name}: whoever signed out after the start is not brought back by what was held then`, async (t) => {
    storage.clear()
    hurry(t)
    const sdk = await (await stage()).open('good')
    await sdk.freshLegacyToken()
    await signOut(sdk)
    assert.deepEqual([await sdk.heldLegacyToken(), await sdk.freshLegacyToken()], [undefined, undefined])
  })
}
