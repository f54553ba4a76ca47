import * as antiphon from '../antiphon.ts'
import { announce } from '../dom.ts'
import * as larkspur from '../larkspur.ts'
import { change, current, signedOut } from '../state.ts'
import { tell } from '../tabs.ts'
import type { Exchange } from '../wire.ts'
import { arrive, attempt, lookAround } from './attempt.ts'
import { record } from './record.ts'

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
    await recordHookCall()
    await arrive(session, 'Upgraded: signed in to Antiphon.')
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

/** Find out who is signed in: at first, and when another tab says that it changed; `known` is what it says of Antiphon. */
export const lookAgain = (known?: boolean) =>
  attempt('look', async () => {
    await lookAtLarkspur()
    if (!(known ?? antiphon.isSignedIn())) return change({ ...signedOut, loginCode: current().loginCode })
    const session = await antiphon.currentSession()
    change({ antiphon: session, ended: false })
    await lookAround()
  })
