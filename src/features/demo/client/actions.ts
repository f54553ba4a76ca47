import * as antiphon from './antiphon.ts'
import { now } from './clock.ts'
import { announce, find } from './dom.ts'
import * as larkspur from './larkspur.ts'
import { change, current } from './state.ts'
import { tell } from './tabs.ts'
import type { Exchange } from './wire.ts'
import { explain } from './words.ts'

const EXCHANGES_KEPT = 80

/** Put an exchange in its place, newest first. */
export function record(exchange: Exchange): void {
  const exchanges = [exchange, ...current().exchanges].sort((a, b) => b.at - a.at).slice(0, EXCHANGES_KEPT)
  change({ exchanges })
}

let last: Promise<void> = Promise.resolve()

/** Do something the user waits for, after what is under way. What fails is said in words, until it succeeds or the user has read it. */
function attempt(what: string, work: () => Promise<void>): Promise<void> {
  last = last.then(() => run(what, work))
  return last
}

async function run(what: string, work: () => Promise<void>): Promise<void> {
  const begun = now()
  change({ busy: what })
  try {
    await work()
    if (current().problem?.during === what) change({ problem: undefined })
  } catch (error) {
    if (antiphon.isOver(error)) endHere()
    else change({ problem: explain(what, error, causeOf(begun)) })
  } finally {
    change({ busy: undefined })
  }
}

/** The failed exchange that an attempt ended with. */
const causeOf = (since: number) =>
  current().exchanges.find(({ at, code, from }) => at >= since && code !== undefined && from === 'this tab')

/** The session is over, by another hand. */
function endHere() {
  change({ antiphon: undefined, sessions: undefined, ended: true })
  find('ended-title').focus()
}

function leave(words: string) {
  antiphon.forget()
  change({ antiphon: undefined, sessions: undefined, ended: false, refreshes: 0 })
  tell({ kind: 'changed' })
  announce(words)
}

export const signInToLarkspur = (name: string) =>
  attempt('larkspur', async () => {
    change({ larkspur: await larkspur.signIn(name) })
    tell({ kind: 'changed' })
    announce(`Signed in to Larkspur as ${name}.`)
  })

export const signOutOfLarkspur = () =>
  attempt('larkspur', async () => {
    await larkspur.signOut()
    change({ larkspur: undefined })
    tell({ kind: 'changed' })
    announce('Signed out of Larkspur.')
  })

export async function upgrade(): Promise<void> {
  await attempt('upgrade', async () => {
    const { larkspur: legacy } = current()
    if (!legacy) return
    const session = await antiphon.migrate(legacy.token)
    change({ antiphon: session, ended: false, refreshes: 0 })
    tell({ kind: 'changed' })
    announce('Upgraded: signed in to Antiphon.')
    find('token-title').focus({ preventScroll: true })
    await recordHookCall()
    change({ sessions: await antiphon.listSessions() })
  })
  if (current().problem) await lookAtLarkspur().catch(() => {})
}

async function lookAtLarkspur() {
  const known = await larkspur.findSession()
  change({ larkspur: known?.session })
}

/** The one exchange of the story that the browser does not see, as Larkspur tells of it. */
async function recordHookCall() {
  const known = await larkspur.findSession()
  if (!known?.lastCheck) return
  const { at, took_ms } = known.lastCheck
  const exchange = { method: 'POST', path: '/demo/legacy/validate', status: 200, code: undefined } as const
  const seen: Exchange = { ...exchange, at, tookMs: took_ms, from: 'Antiphon' }
  record(seen)
  tell({ kind: 'exchange', exchange: seen })
}

export const refresh = () =>
  attempt('refresh', async () => {
    const before = current().antiphon?.accessToken
    const session = await antiphon.refresh()
    const own = session.accessToken !== before ? 1 : 0
    change({ antiphon: session, refreshes: current().refreshes + own })
    tell({ kind: 'refreshed' })
  })

export const listSessions = () =>
  attempt('sessions', async () => {
    const sessions = await antiphon.listSessions()
    change({ sessions, antiphon: await antiphon.currentSession() })
  })

export const addPhone = () =>
  attempt('phone', async () => {
    await larkspur.addPhone()
    change({ sessions: await antiphon.listSessions() })
    announce('A pretend phone has signed in.')
  })

export const revokeOthers = () =>
  attempt('sessions', async () => {
    await antiphon.revokeSessions('others')
    change({ sessions: await antiphon.listSessions() })
    announce('All other sessions are revoked.')
    find('sessions-title').focus()
  })

export const revokeAll = () =>
  attempt('sessions', async () => {
    await antiphon.revokeSessions('all')
    leave('All sessions are revoked, this one too.')
  })

export const revokeOne = (sessionId: string) =>
  attempt('sessions', async () => {
    const own = sessionId === current().antiphon?.claims.sid
    await antiphon.revokeSessions(own ? 'mine' : 'session', own ? undefined : sessionId)
    if (own) return leave('This session is revoked.')
    change({ sessions: await antiphon.listSessions() })
    announce('The session is revoked.')
    find('sessions-title').focus()
  })

export const logout = () =>
  attempt('logout', async () => {
    await antiphon.logout()
    leave('Logged out of Antiphon.')
  })

/** Put away what is left of a session that is over. The server may refuse to hear of it: then there is nothing to end. */
export const clearAway = () =>
  attempt('logout', async () => {
    await antiphon.logout().catch(() => {})
    leave('Cleared away.')
  })

/** Find out who is signed in: at first, and when another tab says that it changed. */
export const lookAgain = () =>
  attempt('look', async () => {
    await lookAtLarkspur()
    if (!antiphon.isSignedIn()) return change({ antiphon: undefined, sessions: undefined, ended: false })
    const session = await antiphon.currentSession()
    change({ antiphon: session, ended: false })
    change({ sessions: await antiphon.listSessions() })
  })

/** Take up the access token that another tab got. */
export const takeUp = () =>
  attempt('take up', async () => {
    if (current().antiphon) change({ antiphon: await antiphon.currentSession() })
  })
