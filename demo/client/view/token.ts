import { timeOfDay } from '../clock.ts'
import { find, make, write } from '../dom.ts'
import { type AntiphonSession, lifetimeSeconds, type Phase, type State, secondsLeft } from '../state.ts'

const LOW_SECONDS = 10

/** What the claims mean, in the order in which they are shown. RFC 7519, RFC 9068, RFC 7800. */
const meanings: readonly (readonly [claim: string, meaning: string])[] = [
  ['sub', 'the user'],
  ['sid', 'the session'],
  ['iss', 'who says so'],
  ['aud', 'the API it is for'],
  ['client_id', 'the application'],
  ['amr', 'how the user proved it'],
  ['auth_time', 'when the user signed in'],
  ['cnf', 'bound to a key of this browser'],
  ['scope', 'what it allows'],
  ['jti', 'this very token'],
  ['iat', 'issued'],
  ['exp', 'expires'],
]
const TIMES = ['auth_time', 'iat', 'exp']

let shown: string | undefined
let shownScope: unknown

/** The card of the access token. */
export function showToken(state: State, phase: Phase): void {
  const { antiphon, automatic, busy, refreshes } = state
  if (!antiphon) {
    shown = undefined
    return
  }
  const expired = phase === 'expired'
  find('panel-token').classList.toggle('expired', expired)
  write('token-title', expired ? 'The access token has expired' : 'Signed in to Antiphon')
  write('refresh', busy === 'refresh' ? 'Refreshing…' : 'Refresh now')
  write('token-words', expired ? EXPIRED : wordsOf(refreshes, automatic))
  if (shown === antiphon.accessToken) return
  const isNew = shown !== undefined
  shown = antiphon.accessToken
  showClaims(antiphon, isNew)
  showRaw(antiphon)
  showCountdown(state)
}

const EXPIRED = 'The session has not: its refresh token still buys a new one. Nobody has to sign in again.'

function wordsOf(refreshes: number, automatic: boolean): string {
  const count = refreshes === 0 ? '' : ` Refreshed ${refreshes === 1 ? 'once' : `${refreshes} times`} by this tab.`
  const next = automatic ? 'This token is replaced shortly before it expires.' : 'This token will expire.'
  return `${next}${count}`
}

function showClaims({ claims }: AntiphonSession, isNew: boolean) {
  const known = meanings.filter(([name]) => name === 'scope' || claims[name] !== undefined)
  const changed = ['jti', 'iat', 'exp', ...(claims.scope === shownScope ? [] : ['scope'])]
  shownScope = claims.scope
  const others = Object.keys(claims).filter((name) => name !== 'nbf' && !meanings.some(([known]) => known === name))
  const rows = [...known, ...others.map((name) => [name, ''] as const)].map(([name, meaning]) => {
    const head = make('th', '', name === 'cnf' ? 'cnf.jkt' : name)
    head.scope = 'row'
    const fresh = isNew && changed.includes(name) ? 'fresh' : ''
    const held = name === 'scope' && claims.scope !== undefined ? ' held' : ''
    return make(
      'tr',
      fresh + held,
      head,
      make('td', 'meaning', meaning),
      make('td', 'value', textOf(name, claims[name])),
    )
  })
  find('claims').replaceChildren(...rows)
}

function textOf(name: string, value: unknown): string {
  if (TIMES.includes(name)) return timeOfDay(Number(value) * 1000)
  if (name === 'cnf') return String((value as { jkt?: unknown }).jkt)
  if (value === undefined) return 'none'
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function showRaw({ accessToken }: AntiphonSession) {
  const [header = '', payload = '', signature = ''] = accessToken.split('.')
  write('raw-header', header)
  write('raw-payload', payload)
  write('raw-signature', signature)
  const { alg, typ } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, string>
  write('token-kind', `${typ} · ${alg}`)
}

/** The ring. Called several times a second. */
export function showCountdown({ antiphon }: State): void {
  if (!antiphon) return
  const left = Math.max(0, secondsLeft(antiphon))
  const rest = Math.min(100, (left / lifetimeSeconds(antiphon)) * 100)
  find('ring-rest').style.strokeDasharray = `${rest.toFixed(2)} 100`
  find('ring').classList.toggle('low', left <= LOW_SECONDS)
  write('ring-seconds', String(Math.ceil(left)))
  write('ring-unit', Math.ceil(left) === 1 ? 'second' : 'seconds')
}
