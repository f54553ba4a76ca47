import type { SessionView } from '@prelude.so/js-sdk/session'
import { now } from './clock.ts'
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

export interface State {
  readonly larkspur: LarkspurSession | undefined
  readonly antiphon: AntiphonSession | undefined
  /** The session is over, and nobody asked for it here. */
  readonly ended: boolean
  readonly sessions: readonly SessionView[] | undefined
  /** Refreshes by this tab. */
  readonly refreshes: number
  readonly automatic: boolean
  /** What the user waits for. */
  readonly busy: string | undefined
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

let state: State = {
  larkspur: undefined,
  antiphon: undefined,
  ended: false,
  sessions: undefined,
  refreshes: 0,
  automatic: true,
  busy: undefined,
  problem: undefined,
  exchanges: [],
  tabs: 1,
}
let onChange: (state: State) => void = () => {}

export const current = (): State => state

export function change(part: Partial<State>): void {
  state = { ...state, ...part }
  onChange(state)
}

/** Call back after each change. */
export function watch(callback: (state: State) => void): void {
  onChange = callback
}
