// Moves a session of the legacy vendor's SDK over to Antiphon, with Prelude's web SDK. Copy it beside the module of your vendor.
// It asks the vendor for a fresh token first, and never ends the legacy session before the new one is there.

/** A legacy SDK, as the modules beside this file wrap it. */
export interface LegacySdk {
  /** A token that the vendor has given just now; undefined when nobody is signed in there. Rejects when the vendor cannot be asked or refuses. */
  freshLegacyToken(): Promise<string | undefined>
  /** Whether such a rejection says that the legacy session is over, and not that the vendor is away. */
  isOver(error: unknown): boolean
  /** What is held from before, expired or not: a refresh token where Antiphon may refresh for you, else the last token. */
  heldLegacyToken(): Promise<string | undefined>
  /** Forget the legacy session on this device, without ending it at the vendor. */
  forgetLegacySession(): Promise<void>
}

/** `PrldSessionClient` of `@prelude.so/js-sdk/session`. */
interface SessionClient {
  finalizeOAuthLogin(challengeToken: string): Promise<unknown>
}

/**
 * `here`: the session is Antiphon's, now or since an earlier time; forget the legacy SDK.
 * `nobody`: nobody is signed in; show your login.
 * `refused`: the legacy session is no good; show your login.
 * `later`: nobody can tell; go on with the legacy session, and try again at the next start.
 */
export type Outcome = 'here' | 'nobody' | 'refused' | 'later'

/** Where Prelude's SDK looks for the PKCE verifier of a login that it finalizes. */
const VERIFIER_KEY = 'prld.oauth.code_verifier'
/** Ours. Remove it where somebody who logs out of Antiphon may come with another legacy session. */
export const MOVED_KEY = 'antiphon.moved'
const PATIENCE_MS = 10_000

let underWay: Promise<Outcome> | undefined

/** Call it at start, as often as you like: one exchange at a time in all tabs. `domain`: where Antiphon is, as in `PrldSessionClient`. */
export function moveOver(domain: string, client: SessionClient, legacy: LegacySdk): Promise<Outcome> {
  underWay ??= inOneTab(() => move(domain, client, legacy)).finally(() => {
    underWay = undefined
  })
  return underWay
}

/** Browsers without locks (Safari before 15.4) exchange in each tab: every tab gets its session, and the last one stays. */
const inOneTab = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? navigator.locks.request('antiphon.move', work) : work()

async function move(domain: string, client: SessionClient, legacy: LegacySdk): Promise<Outcome> {
  if (localStorage.getItem(MOVED_KEY) !== null) return 'here'
  const { token, mayBeGood } = await tokenOf(legacy)
  if (token === undefined) return mayBeGood ? 'later' : 'nobody'
  try {
    const { verifier, challenge } = await pkce()
    const answer = await within(postMigration(domain, token, challenge))
    if (answer.status === 400 && !mayBeGood) return 'refused'
    if (!answer.ok) return 'later'
    const { challenge_token } = (await answer.json()) as { challenge_token: string }
    localStorage.setItem(VERIFIER_KEY, verifier)
    await client.finalizeOAuthLogin(challenge_token)
  } catch {
    return 'later'
  }
  localStorage.setItem(MOVED_KEY, 'yes')
  // The new session is there. If this fails the old one is only left over.
  await legacy.forgetLegacySession().catch(() => undefined)
  return 'here'
}

/** The best token there is. `mayBeGood`: the vendor could not be asked, so a refusal of what is held would prove nothing. */
async function tokenOf(legacy: LegacySdk): Promise<{ token: string | undefined; mayBeGood: boolean }> {
  // First: the SDKs throw away what they hold when the vendor refuses them, and Antiphon may still take it.
  const held = await within(legacy.heldLegacyToken()).catch(() => undefined)
  try {
    return { token: (await within(legacy.freshLegacyToken())) ?? held, mayBeGood: false }
  } catch (error) {
    return { token: held, mayBeGood: !legacy.isOver(error) }
  }
}

const postMigration = (domain: string, token: string, challenge: string): Promise<Response> =>
  fetch(`https://${domain}/v1/session/migration`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, code_challenge: challenge }),
  })

/** Legacy SDKs wait for each other's locks and for hidden frames: not for ever here. */
async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nobody answers in time')), PATIENCE_MS)
  })
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

async function pkce() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url(new Uint8Array(digest)) }
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
