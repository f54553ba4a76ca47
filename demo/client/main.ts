import { lookAgain } from './actions/larkspur.ts'
import { lookForMail } from './actions/mail.ts'
import { keepOffering } from './actions/passkey-login.ts'
import { record } from './actions/record.ts'
import { refreshInTime, takeUp } from './actions/session.ts'
import { comeBack } from './actions/ways-in.ts'
import { bind } from './bind.ts'
import { announce, write } from './dom.ts'
import { takeReturn } from './return.ts'
import { awaitedCode, change, current, lifetimeSeconds, type Phase, phaseOf, secondsLeft, watch } from './state.ts'
import { countTabs, join, listen, type Message, tell } from './tabs.ts'
import { showPage } from './view/page.ts'
import { showCountdown } from './view/token.ts'
import { observeFetch } from './wire.ts'

const TICK_MS = 250
/** How long before expiry a tab refreshes by itself. One in the background lets the other go first. */
const LEAD_SECONDS = { visible: 10, hidden: 6 }
const COUNT_MS = 1_000
const RETRY_MS = 5_000

observeFetch(
  (exchange) => {
    record(exchange)
    tell({ kind: 'exchange', exchange: { ...exchange, from: 'other tab' } })
  },
  (slow) => change({ slow }),
)
watch(showPage)
write('host', location.host)
bind()
listen(hear)
join()
const returned = takeReturn()
lookAgain().then(keepOffering)
if (returned) comeBack(returned)
window.setInterval(tick, TICK_MS)
window.setInterval(everySecond, COUNT_MS)
document.addEventListener('visibilitychange', tick)

function hear(message: Message) {
  if (message.kind === 'exchange') record(message.exchange)
  if (message.kind === 'refreshed') takeUp()
  if (message.kind === 'changed') lookAgain()
  if (message.kind === 'arrived') lookAgain(true)
  if (message.kind === 'left') lookAgain(false)
}

let phase = phaseOf(current())
let retryAt = 0

function tick() {
  const state = current()
  showCountdown(state)
  if (phase !== phaseOf(state)) {
    announceAge(phase, phaseOf(state))
    phase = phaseOf(state)
    showPage(state)
    keepOffering()
  }
  if (isDue()) {
    retryAt = performance.now() + RETRY_MS
    refreshInTime()
  }
}

function announceAge(before: Phase, after: Phase) {
  if (after === 'expired') announce('The access token has expired.')
  if (before === 'expired' && after === 'live') announce('There is a new access token.')
}

async function everySecond() {
  const tabs = await countTabs()
  if (tabs !== current().tabs) change({ tabs })
  if (awaitedCode(current()) && !document.hidden) await lookForMail()
}

/** Whether it is time for this tab to refresh by itself. */
function isDue(): boolean {
  const { antiphon, automatic, busy } = current()
  if (!antiphon || !automatic || busy || performance.now() < retryAt) return false
  const lead = document.hidden ? LEAD_SECONDS.hidden : LEAD_SECONDS.visible
  return secondsLeft(antiphon) <= Math.min(lead, lifetimeSeconds(antiphon) / 4)
}
