import type { authenticator } from '../house/authenticator.ts'

type Attestation = ReturnType<ReturnType<typeof authenticator>['register']>
type Assertion = ReturnType<ReturnType<typeof authenticator>['assert']>

/** What sets the SDK of one system apart from that of the other on the wire. */
export interface Platform {
  readonly name: 'Android' | 'Apple'
  readonly userAgent: string
  /** What it sends where there is nothing to say; empty for no body at all. */
  readonly emptyBody: string
  /** The JSON of a proof. */
  write(value: object): string
  newJti(): string
  /** The `htu` of a call: without query and fragment. */
  htu(url: URL, hostOverride: string | undefined): string
  /** Whether the calls under `/me/` that read and end sessions carry a proof besides the bearer. */
  readonly provesSessionCalls: boolean
  /** Whether `/stepup/continue` carries the bearer besides the challenge-bound proof. */
  readonly continuesWithBearer: boolean
  /** Whether cookies that have an expiry survive the end of the process. */
  readonly keepsCookies: boolean
  /** Whether a call that was answered 401 takes the token that another call got meanwhile. */
  readonly noticesNewToken: boolean
  /** Whether it asks the server for a refresh when it has no refresh token. */
  readonly refreshesWithoutToken: boolean
  /** What it reports when the challenge of a step by code is over by its own clock. */
  readonly expiredChallengeCase: 'InvalidChallengeToken' | 'ExpiredChallengeToken'
  /** What it reports of an error in the return URL of a login by a provider that it has no name for. */
  readonly unknownReturnCase: 'Unauthorized' | 'Generic'
  /** The origin that its passkeys are made and shown for. */
  passkeyOrigin(rpId: string): string
  /** What client data says besides type, challenge and origin. */
  readonly clientData: Readonly<Record<string, unknown>>
  /** What the SDK sends of a new passkey, and of one that was shown. */
  writeAttestation(answer: Attestation): object
  writeAssertion(answer: Assertion): object
}
