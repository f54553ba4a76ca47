/** Serves Antiphon with the storage call of a refresh cut out: it is grouped as ever, but counters move in memory. The bound that storage is measured against. */
import { findSession } from '../src/core/sessions/store.ts'
import { openProcess, startServer } from '../src/main.ts'
import { readConfig } from '../src/platform/config.ts'
import type { Deps } from '../src/platform/deps.ts'
import { groupUpdates, type Row } from '../src/platform/group.ts'
import { stopOnSignals } from '../src/platform/signals.ts'

const read = readConfig(process.env)
if (read.kind === 'faults') throw new Error(read.faults.join('\n'))
const opened = openProcess(read.config)
const deps: Deps = {
  ...opened.deps,
  grouped: (update) => {
    if (update.name !== 'rotate_session') return opened.deps.grouped(update)
    const move = moveInMemory()
    return groupUpdates(update, (rows) => Promise.all(rows.map(move))).write
  },
}
const running = await startServer({ ...opened, deps })
deps.log.info({ address: running.address }, 'listening')
stopOnSignals(running, deps.log)

/** Answers as the database would; the database is asked once for each session. */
function moveInMemory(): (move: Row) => Promise<Row | undefined> {
  const known = new Map<string, Row>()
  return async (move) => {
    const id = String(move.id)
    const session =
      known.get(id) ?? ((await findSession(deps.db, String(move.app_id), id, deps.now())) as Row | undefined)
    if (session === undefined || session.jkt !== move.jkt || session.counter !== move.presented) return undefined
    const moved = { ...session, counter: Number(move.presented) + 1 }
    known.set(id, moved)
    return moved
  }
}
