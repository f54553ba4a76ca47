import { browserSupportsWebAuthnAutofill, WebAuthnAbortService } from '@simplewebauthn/browser'
import * as passkeys from '../passkeys.ts'
import { current, phaseOf } from '../state.ts'
import { arrive, attempt } from './attempt.ts'

/** A login token lives for five minutes: an offer is renewed before that. */
const RENEWED_MS = 240_000

let timer: number | undefined
let isAsking = false

export const logInByPasskey = () => finishWith(() => passkeys.ask(false))

/** Whatever comes of it: while nobody is signed in, passkeys are on offer again. */
async function finishWith(ask: () => Promise<passkeys.Shown>) {
  withdraw()
  isAsking = true
  await attempt('login', async () => arrive(await passkeys.logIn(await ask()), 'Signed in by passkey.'))
  isAsking = false
  await keepOffering()
}

/** Offer passkeys in the field for the address, as long as nobody is signed in. Called whenever that may have changed. */
export async function keepOffering(): Promise<void> {
  const isPossible = await browserSupportsWebAuthnAutofill()
  const isWanted = ['signed_out', 'legacy'].includes(phaseOf(current())) && !isAsking
  if (!isWanted) withdraw()
  else if (isPossible && timer === undefined) offer()
}

function offer() {
  timer = window.setTimeout(offer, RENEWED_MS)
  // When it is withdrawn, or another takes its place, nobody waits for it.
  passkeys.ask(true).then(
    (shown) => finishWith(async () => shown),
    () => {},
  )
}

/** One ceremony at a time: the browser would refuse a second one. */
function withdraw() {
  if (timer === undefined) return
  window.clearTimeout(timer)
  timer = undefined
  WebAuthnAbortService.cancelCeremony()
}
