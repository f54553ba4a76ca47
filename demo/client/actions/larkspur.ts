import * as antiphon from '../antiphon.ts'
import { announce } from '../dom.ts'
import { focusHeading } from '../focus.ts'
import * as larkspur from '../larkspur.ts'
import { change, current, type State, signedOut } from '../state.ts'
import { tell } from '../tabs.ts'
import type { Exchange } from '../wire.ts'
import { NOT_ASKED } from '../words.ts'
import { arrive, attempt, lookAround } from './attempt.ts'
import { record } from './record.ts'

export const signInToLarkspur = (name: string) =>
  attempt('larkspur', async () => {
    change({ larkspur: await larkspur.signIn(name) })
    tell({ kind: 'changed' })
    announce(`Signed in to Larkspur as ${name}.`)
    focusHeading(current().antiphon ? 'lark-title' : 'upgrade-title')
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
    await recordHookCall()
    await arrive(session, 'Upgraded: signed in to Antiphon.')
  })
  if (current().problem) await lookForCause().catch(() => {})
}

/** Larkspur has forgotten the session, or was not asked about it. */
async function lookForCause() {
  await lookAtLarkspur()
  const { problem, larkspur: known } = current()
  if (problem?.code === 'bad_request' && known) change({ problem: { ...problem, words: NOT_ASKED } })
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
  const exchange = {
    method: 'POST',
    path: '/demo/legacy/validate',
    status: 200,
    code: undefined,
    spendsStepUp: false,
    bySdk: false,
  } as const
  const seen: Exchange = { ...exchange, at, tookMs: took_ms, from: 'Antiphon' }
  record(seen)
  tell({ kind: 'exchange', exchange: seen })
}

/** Find out who is signed in: at first, and when another tab says that it changed; `said` is what it says of Antiphon. */
export const lookAgain = (said?: boolean) =>
  attempt('look', async () => {
    const before = current()
    try {
      await lookAtLarkspur()
      await lookAtAntiphon(said ?? antiphon.isSignedIn())
    } finally {
      change({ known: true })
    }
    if (before.known) announceChange(before, current())
  })

function announceChange(before: State, after: State) {
  const what = (['antiphon', 'larkspur'] as const).find(
    (one) => (before[one] === undefined) !== (after[one] === undefined),
  )
  if (what) announce(`Signed ${after[what] ? 'in to' : 'out of'} ${NAMES[what]}, in another tab.`)
}

const NAMES = { antiphon: 'Antiphon', larkspur: 'Larkspur' }

async function lookAtAntiphon(isSignedIn: boolean) {
  if (!isSignedIn) return change({ ...signedOut, loginCode: current().loginCode })
  const session = await antiphon.currentSession()
  change({ antiphon: session, ended: false, known: true })
  await lookAround()
}
