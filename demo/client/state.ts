import type { SessionView } from '@prelude.so/js-sdk/session'
import { now } from './clock.ts'
import type { Mail } from './mail.ts'
import type { Exchange } from './wire.ts'
import type { Problem } from './words.ts'

/** Who the browser is at Larkspur. */
export interface LarkspurSession {
  readonly name: string
  readonly email: string
  readonly token: string
}

/** Who the browser is at Antiphon: the current access token, and what it says. */
export interface AntiphonSession {
  readonly accessToken: string
  readonly claims: Readonly<Record<string, unknown>>
}

export interface HeldIdentifier {
  readonly type: 'email_address' | 'phone_number'
  readonly value: string
  readonly verified: boolean
}

/** Times in Unix seconds. */
export interface Passkey {
  readonly credential_id: string
  readonly nickname?: string
  /** Whether it is synced to the user’s other devices. */
  readonly backup_state: boolean
  readonly created_at: number
  readonly last_used_at?: number
}

/** How to come in without Larkspur. */
export type Way = 'code' | 'password' | 'sign_up'

/** A code that is on its way; `askedAt` in Unix milliseconds. */
export interface AwaitedCode {
  readonly sentTo: string
  readonly askedAt: number
}

/** A code that ends a login. */
export interface LoginCode extends AwaitedCode {
  /** Goes back with a code for Larkspur ID; the SDK keeps its own. */
  readonly verificationToken?: string
}

/** A login that nobody here has asked for. */
export interface Offer {
  /** Whose it is said to be. */
  readonly account: string
  readonly challengeToken: string
}

/** What a scope is earned for, to use it afterwards. */
export type Granted = 'password' | 'passkey'

/** Something that takes more than being signed in, and how far it has come. */
export type StepUp =
  | { readonly stage: 'start'; readonly purpose: 'identifier' }
  | {
      readonly stage: 'code'
      readonly purpose: Granted | 'identifier'
      readonly challengeId: string
      readonly code: AwaitedCode
    }
  | { readonly stage: 'granted'; readonly purpose: Granted }

/** Text, as it goes into the metadata of a step-up. */
export interface Payment {
  readonly to: string
  readonly amount: string
  readonly currency: string
}

export interface Receipt extends Payment {
  readonly number: string
}

export type Transfer =
  | { readonly kind: 'asked'; readonly payment: Payment; readonly scope: string; readonly challengeToken: string }
  | { readonly kind: 'paid'; readonly receipt: Receipt; readonly scope: string }

export interface State {
  /** Whether it has been found out who is signed in. */
  readonly known: boolean
  readonly larkspur: LarkspurSession | undefined
  readonly antiphon: AntiphonSession | undefined
  /** The session is over, and nobody asked for it here. */
  readonly ended: boolean
  readonly sessions: readonly SessionView[] | undefined
  readonly identifiers: readonly HeldIdentifier[] | undefined
  readonly passkeys: readonly Passkey[] | undefined
  /** The passkey that is being given a name. */
  readonly naming: Passkey | undefined
  readonly way: Way
  /** A code that was sent to log in with, and is waited for. */
  readonly loginCode: LoginCode | undefined
  readonly offer: Offer | undefined
  readonly stepUp: StepUp | undefined
  /** What the last step-up came to. */
  readonly securityNews: string | undefined
  readonly transfer: Transfer | undefined
  /** What came since a code was asked for. */
  readonly mail: readonly Mail[]
  /** Refreshes by this tab. */
  readonly refreshes: number
  readonly automatic: boolean
  /** What the user waits for. */
  readonly busy: string | undefined
  /** An answer of the server takes long. */
  readonly slow: boolean
  readonly problem: Problem | undefined
  readonly exchanges: readonly Exchange[]
  readonly tabs: number
}

/** Where in the story the browser is. */
export type Phase = 'signed_out' | 'legacy' | 'live' | 'expired' | 'ended'

export function phaseOf({ larkspur, antiphon, ended }: State): Phase {
  if (ended) return 'ended'
  if (antiphon) return secondsLeft(antiphon) > 0 ? 'live' : 'expired'
  return larkspur ? 'legacy' : 'signed_out'
}

/** Of the access token. */
export const secondsLeft = ({ claims }: AntiphonSession): number => Number(claims.exp) - now() / 1000

/** Of the access token, from its first moment. */
export const lifetimeSeconds = ({ claims }: AntiphonSession): number => Number(claims.exp) - Number(claims.iat)

/** What is left when a session goes: nothing of it. */
export const signedOut = {
  antiphon: undefined,
  ended: false,
  sessions: undefined,
  identifiers: undefined,
  passkeys: undefined,
  naming: undefined,
  loginCode: undefined,
  offer: undefined,
  stepUp: undefined,
  securityNews: undefined,
  transfer: undefined,
  refreshes: 0,
} as const

let state: State = {
  ...signedOut,
  known: false,
  larkspur: undefined,
  way: 'code',
  mail: [],
  automatic: true,
  busy: undefined,
  slow: false,
  problem: undefined,
  exchanges: [],
  tabs: 1,
}
let onChange: (state: State) => void = () => {}

export const current = (): State => state

/** Whether the access token carries a scope. */
export const holdsScope = (scope: string): boolean =>
  String(state.antiphon?.claims.scope ?? '')
    .split(' ')
    .includes(scope)

/** The code that the user looks out for. */
export function awaitedCode({ antiphon, loginCode, stepUp }: State): AwaitedCode | undefined {
  if (antiphon) return stepUp?.stage === 'code' ? stepUp.code : undefined
  return loginCode
}

export function change(part: Partial<State>): void {
  state = { ...state, ...part }
  onChange(state)
}

/** Call back after each change. */
export function watch(callback: (state: State) => void): void {
  onChange = callback
}
