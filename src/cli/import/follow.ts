import { pauseUnless } from '../../platform/clock.ts'
import type { Calls, Import } from './calls.ts'
import type { Place } from './place.ts'
import { progressLine, type Terminal } from './terminal.ts'

/** The import when it is over, or when somebody has paused it. */
export type Followed = { readonly one: Import; readonly isInterrupted: boolean }

/**
 * Have an import's work done until it is over. On a database of one's own this process does it: no server needs to run, and where one does, it does the
 * rest when this process is stopped. Whoever interrupts pauses the import.
 */
export async function follow(place: Place, id: string, terminal: Terminal): Promise<Followed> {
  for (let one = await look(place.calls, id); ; one = await workBeside(place, one, terminal)) {
    if (one.status !== 'loading' && one.status !== 'rolling_back') {
      terminal.show(describe(one), { isLast: true })
      return { one: await withCanaries(place.calls, one), isInterrupted: false }
    }
    if (terminal.isInterrupted()) {
      if (one.status === 'loading') await place.calls.step(id, 'pauseImport')
      return { one: await look(place.calls, id), isInterrupted: true }
    }
  }
}

/** What was loaded says at once whether its test accounts can log in. */
async function withCanaries(calls: Calls, one: Import): Promise<Import> {
  const isUntried = one.status === 'completed' && one.has_canaries && one.canaries.length === 0
  if (!isUntried || one.options.dry_run) return one
  await calls.verify(one.id)
  return await look(calls, one.id)
}

/** Have work done for a moment, and show meanwhile how far it is. Answers what was seen last. */
async function workBeside({ calls, work, lookEveryMs }: Place, one: Import, terminal: Terminal): Promise<Import> {
  const over = new AbortController()
  const working = work(one).finally(() => over.abort())
  let seen = one
  do {
    terminal.show(describe(seen))
    if (terminal.isInterrupted() && one.status === 'loading') await calls.step(one.id, 'pauseImport')
    await Promise.race([working, pauseUnless(lookEveryMs, over.signal)])
    seen = await look(calls, one.id)
  } while (!over.signal.aborted)
  await working
  return seen
}

async function look(calls: Calls, id: string): Promise<Import> {
  const one = await calls.find(id)
  if (!one) throw new Error(`import ${id} is gone`)
  return one
}

const NAMES: Readonly<Partial<Record<Import['status'], string>>> = {
  rolling_back: 'Rolling back',
  rolled_back: 'Rolling back',
}

export function describe({ status, progress }: Import): string {
  const { lines, received_bytes, loaded_bytes, lines_per_second = 0, seconds_left } = progress
  const done = received_bytes === 0 ? 1 : loaded_bytes / received_bytes
  return progressLine(NAMES[status] ?? 'Loading', { done, lines, rate: lines_per_second, secondsLeft: seconds_left })
}
