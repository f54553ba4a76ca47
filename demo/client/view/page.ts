import { find, write } from '../dom.ts'
import { holdFocus } from '../focus.ts'
import { type Phase, phaseOf, type State } from '../state.ts'
import { showBank } from './bank.ts'
import { showLarkspur } from './larkspur.ts'
import { showMailbox } from './mailbox.ts'
import { showProblem } from './problem.ts'
import { showSecurity } from './security.ts'
import { showSessions } from './sessions.ts'
import { showToken } from './token.ts'
import { showWaysIn } from './ways-in.ts'
import { showWire } from './wire.ts'

/** Make the page say what the state is. */
export function showPage(state: State): void {
  const phase = phaseOf(state)
  const leadFocus = holdFocus()
  document.body.dataset.phase = phase
  document.title = titles[phase]
  showSteps(state)
  showProblem(state)
  showLarkspur(state)
  showUpgrade(state, phase)
  const signedIn = phase === 'live' || phase === 'expired'
  find('panel-idle').hidden = phase !== 'signed_out'
  find('panel-ended').hidden = phase !== 'ended'
  find('panel-token').hidden = !signedIn
  find('panel-sessions').hidden = !signedIn
  find('panel-tabs').hidden = !signedIn
  showWaysIn(state, phase)
  showMailbox(state)
  showToken(state, phase)
  showSecurity(state, signedIn)
  showBank(state, signedIn)
  showSessions(state)
  showWire(state)
  showTabs(state, signedIn)
  showButtons(state)
  showWait(state)
  leadFocus(phase)
}

const titles: Readonly<Record<Phase, string>> = {
  signed_out: 'Antiphon demo',
  legacy: 'Ready to upgrade · Antiphon demo',
  live: 'Signed in · Antiphon demo',
  expired: 'Access token expired · Antiphon demo',
  ended: 'Session ended · Antiphon demo',
}

/** While something is under way, or would lead nowhere, buttons only look disabled: one that really is would lose the keyboard's focus. */
function showButtons({ busy, larkspur, sessions }: State) {
  const isIdle = (id: string) =>
    (id === 'phone' && !larkspur) || (id === 'revoke-others' && (sessions?.length ?? 0) < 2)
  for (const button of document.querySelectorAll('button'))
    button.ariaDisabled = String(busy !== undefined || isIdle(button.id))
}

/** Until it is known who is signed in there is no story to show. */
function showWait({ known, slow }: State) {
  find('loading').hidden = known
  for (const id of ['columns', 'panel-wire']) find(id).hidden = !known
  write('waiting', slow ? 'Waiting for the server…' : '')
}

function showSteps({ larkspur, antiphon }: State) {
  const { amr } = antiphon?.claims ?? {}
  const moved = Array.isArray(amr) && amr.includes('legacy')
  const done = { legacy: Boolean(larkspur) || moved, upgrade: moved, live: false }
  const active = antiphon ? 'live' : larkspur ? 'upgrade' : 'legacy'
  for (const step of document.querySelectorAll<HTMLElement>('[data-step]')) {
    const name = step.dataset.step as keyof typeof done
    step.classList.toggle('done', done[name])
    if (name === active) step.setAttribute('aria-current', 'step')
    else step.removeAttribute('aria-current')
  }
}

function showUpgrade({ larkspur, busy, exchanges }: State, phase: Phase) {
  find('panel-upgrade').hidden = phase !== 'legacy'
  if (phase !== 'legacy') return
  write('upgrade-name', larkspur?.name ?? '')
  const upgrading = busy === 'upgrade'
  write('upgrade', upgrading ? 'Upgrading…' : 'Upgrade to Antiphon')
  const migrated = upgrading && exchanges[0]?.path.endsWith('/migration') && exchanges[0].status === 200
  for (const item of document.querySelectorAll<HTMLElement>('[data-request]'))
    item.classList.toggle('done', Boolean(migrated && item.dataset.request !== 'finalize'))
}

function showTabs({ tabs }: State, signedIn: boolean) {
  const both = signedIn && tabs === 2 ? ', both signed in' : signedIn && tabs > 2 ? ', all signed in' : ''
  write('tabs-count', `${tabs} ${tabs === 1 ? 'tab' : 'tabs'} open${both}`)
}
