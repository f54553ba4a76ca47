import * as antiphon from '../antiphon.ts'
import { now } from '../clock.ts'
import { announce, find } from '../dom.ts'
import * as passkeys from '../passkeys.ts'
import { type AntiphonSession, change, current, signedOut } from '../state.ts'
import { tell } from '../tabs.ts'
import type { Exchange } from '../wire.ts'
import { explain } from '../words.ts'

let last: Promise<void> = Promise.resolve()

/** Do something the user waits for, after what is under way. What fails is said in words, until it succeeds or the user has read it. */
export function attempt(what: string, work: () => Promise<void>): Promise<void> {
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
    const cause = causeOf(begun)
    if (isOver(error, cause)) endHere()
    else change({ problem: explain(what, error, cause, current().exchanges) })
  } finally {
    change({ busy: undefined })
  }
}

/** The failed exchange that an attempt ended with. */
const causeOf = (since: number) =>
  current().exchanges.find(({ at, code, from }) => at >= since && code !== undefined && from === 'this tab')

/** Whether the session is over: its refresh token was refused, and that is how the attempt ended. */
const isOver = (error: unknown, cause: Exchange | undefined) =>
  antiphon.isUnauthorized(error) && cause?.path.endsWith('/session/refresh') === true

/** The session is over, by another hand. */
function endHere() {
  change({ ...signedOut, ended: true })
  announce('')
  find('ended-title').focus()
}

/** Somebody is signed in now. */
export async function arrive(session: AntiphonSession, words: string): Promise<void> {
  change({ ...signedOut, antiphon: session })
  tell({ kind: 'arrived' })
  announce(words)
  find('token-title').focus({ preventScroll: true })
  await lookAround()
}

/** Nobody is signed in any more. */
export function leave(words: string): void {
  antiphon.forget()
  change(signedOut)
  tell({ kind: 'left' })
  announce(words)
}

/** Get what is shown of the signed-in user. */
export async function lookAround(): Promise<void> {
  change({ sessions: await antiphon.listSessions() })
  change({ identifiers: await antiphon.listIdentifiers(), passkeys: await passkeys.list() })
}
