import type { SessionView } from '@prelude.so/js-sdk/session'
import { ago } from '../clock.ts'
import { find, make, write } from '../dom.ts'
import type { State } from '../state.ts'

const NAMES = { desktop: 'Desktop', mobile: 'Phone', tablet: 'Tablet', unknown: 'Device' }

let shown: readonly SessionView[] | undefined

/** The table of sessions. */
export function showSessions({ sessions, antiphon, larkspur }: State): void {
  find('phone-hint').hidden = larkspur !== undefined
  if (sessions === shown) return
  shown = sessions
  write('sessions-count', sessions ? `${sessions.length}` : '')
  find('sessions').replaceChildren(...(sessions ?? []).map((session) => rowOf(session, antiphon?.claims.sid)))
}

function rowOf(session: SessionView, ownId: unknown): HTMLElement {
  const own = session.id === ownId
  const device = [session.device_model, session.os_version].filter(Boolean).join(' ') || NAMES[session.device_type]
  const head = make(
    'th',
    '',
    make('span', `device ${session.device_type}`, device),
    ...(own ? [make('span', 'tag own', 'this browser')] : []),
    make('code', 'session-id', session.id),
  )
  head.scope = 'row'
  const button = make('button', 'quiet', 'Revoke', make('span', 'sr', own ? ' this browser' : ` ${device}`))
  button.type = 'button'
  button.id = `revoke-${session.id}`
  button.dataset.session = session.id
  return make(
    'tr',
    own ? 'own' : '',
    head,
    make('td', '', make('span', 'cell-name', 'Signed in'), ago(Date.parse(session.created_at))),
    make('td', '', make('span', 'cell-name', 'Last seen'), ago(Date.parse(session.last_seen_at))),
    make('td', 'cell-action', button),
  )
}
