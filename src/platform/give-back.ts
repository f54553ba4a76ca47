import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Deps } from './deps.ts'
import { lastAnswer } from './traffic.ts'

const AFTER_MS = 1_000

/** A moment after the start, give back what it has left: see `giveBack`. Not where people have come by then: they would wait, and need the room. */
export function giveBackSoon(deps: Deps): void {
  const giveUnlessBusy = () => {
    if (lastAnswer(deps).at === Number.NEGATIVE_INFINITY) giveBack()
  }
  setTimeout(giveUnlessBusy, AFTER_MS).unref()
}

/**
 * Collect what nobody needs, and give its memory back to the system: V8 would keep what its heap has grown by for as long as nothing happens. Takes
 * the thread for 60 to 100 ms. Nothing else gives the room of the young generation back.
 */
export function giveBack(): void {
  setFlagsFromString('--expose-gc')
  const collect: NodeJS.GCFunction = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', flavor: 'last-resort' })
}
