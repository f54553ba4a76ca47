import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const AFTER_MS = 1_000

/** A moment after the start, see to it that what it has left is given back: see `giveBack`. */
export const giveBackSoon = (): void => void setTimeout(giveBack, AFTER_MS).unref()

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
