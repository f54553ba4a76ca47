import * as act from './actions.ts'
import { find, write } from './dom.ts'
import { change, current, lifetimeSeconds, phaseOf, secondsLeft, watch } from './state.ts'
import { countTabs, join, listen, type Message, tell } from './tabs.ts'
import { showPage } from './view/page.ts'
import { showCountdown } from './view/token.ts'
import { observeFetch } from './wire.ts'

const TICK_MS = 250
/** How long before expiry a tab refreshes by itself. One in the background lets the other go first. */
const LEAD_SECONDS = { visible: 10, hidden: 6 }
const COUNT_MS = 1_000
const RETRY_MS = 5_000

observeFetch((exchange) => {
  act.record(exchange)
  tell({ kind: 'exchange', exchange: { ...exchange, from: 'other tab' } })
})
watch(showPage)
write('host', location.host)
bind()
listen(hear)
join()
act.lookAgain()
window.setInterval(tick, TICK_MS)
window.setInterval(count, COUNT_MS)
document.addEventListener('visibilitychange', tick)

function bind() {
  document.addEventListener('click', beforeClick, true)
  const onClick = (id: string, action: () => unknown) => find(id).addEventListener('click', action)
  find('lark-login').addEventListener('submit', (event) => {
    event.preventDefault()
    act.signInToLarkspur(find<HTMLInputElement>('lark-name').value)
  })
  find('automatic').addEventListener('change', (event) => {
    change({ automatic: (event.target as HTMLInputElement).checked })
  })
  find('sessions').addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest('button')
    if (button?.dataset.session) act.revokeOne(button.dataset.session)
  })
  onClick('lark-logout', act.signOutOfLarkspur)
  onClick('upgrade', act.upgrade)
  onClick('refresh', act.refresh)
  onClick('logout', act.logout)
  onClick('ended-start', act.clearAway)
  onClick('sessions-list', act.listSessions)
  onClick('phone', act.addPhone)
  onClick('revoke-others', act.revokeOthers)
  onClick('revoke-all', act.revokeAll)
}

/** A button does nothing while something is under way; else, whatever it does, the message has been read. */
function beforeClick(event: Event) {
  const button = (event.target as HTMLElement).closest('button')
  if (button?.ariaDisabled === 'true') {
    event.preventDefault()
    event.stopPropagation()
  } else if (button) change({ problem: undefined })
}

function hear(message: Message) {
  if (message.kind === 'exchange') act.record(message.exchange)
  if (message.kind === 'refreshed') act.takeUp()
  if (message.kind === 'changed') act.lookAgain()
}

let phase = phaseOf(current())
let retryAt = 0

function tick() {
  const state = current()
  showCountdown(state)
  if (phase !== phaseOf(state)) {
    phase = phaseOf(state)
    showPage(state)
  }
  if (isDue()) {
    retryAt = performance.now() + RETRY_MS
    act.refresh()
  }
}

async function count() {
  const tabs = await countTabs()
  if (tabs !== current().tabs) change({ tabs })
}

/** Whether it is time for this tab to refresh by itself. */
function isDue(): boolean {
  const { antiphon, automatic, busy } = current()
  if (!antiphon || !automatic || busy || performance.now() < retryAt) return false
  const lead = document.hidden ? LEAD_SECONDS.hidden : LEAD_SECONDS.visible
  return secondsLeft(antiphon) <= Math.min(lead, lifetimeSeconds(antiphon) / 4)
}
