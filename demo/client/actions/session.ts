import * as antiphon from '../antiphon.ts'
import { announce, find } from '../dom.ts'
import * as larkspur from '../larkspur.ts'
import { change, current } from '../state.ts'
import { tell } from '../tabs.ts'
import { attempt, leave } from './attempt.ts'

/** Because somebody asked for it. */
export const refresh = () =>
  attempt('refresh', async () => {
    await renew()
    announce('There is a new access token.')
  })

/** Because it is time. Those who do not see the page are not told each time. */
export const refreshInTime = () => attempt('refresh', renew)

/** Get a new access token, and tell the other tabs. */
export async function renew(): Promise<void> {
  const before = current().antiphon?.accessToken
  const session = await antiphon.refresh()
  const own = session.accessToken !== before ? 1 : 0
  change({ antiphon: session, refreshes: current().refreshes + own })
  tell({ kind: 'refreshed' })
}

export const listSessions = () =>
  attempt('sessions', async () => {
    const sessions = await antiphon.listSessions()
    change({ sessions, antiphon: await antiphon.currentSession() })
    announce(sessions.length === 1 ? 'One session.' : `${sessions.length} sessions.`)
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
    leave('The session that was ended is put away.')
  })

/** Take up the access token that another tab got. */
export const takeUp = () =>
  attempt('take up', async () => {
    if (current().antiphon) change({ antiphon: await antiphon.currentSession() })
  })
