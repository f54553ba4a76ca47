import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const AFTER_MS = 1_000

/**
 * A moment after the start, collect what it has left and give that memory back to the system: V8 has grown its heap for it, and would keep it for as long
 * as nothing happens. Takes the thread for 60 to 100 ms, once. Nothing else gives the room of the young generation back.
 */
export function giveBackSoon(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect: NodeJS.GCFunction = runInNewContext('gc')
    setFlagsFromString('--no-expose-gc')
    collect({ type: 'major', flavor: 'last-resort' })
  }, AFTER_MS).unref()
}
