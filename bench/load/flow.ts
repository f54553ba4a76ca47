import type { Caller } from './caller.ts'
import type { Connection } from './connection.ts'

export type FlowEnd = { kind: 'done' } | { kind: 'out_of_work' } | { kind: 'failed'; problem: string }

const DONE: FlowEnd = { kind: 'done' }
const OUT_OF_WORK: FlowEnd = { kind: 'out_of_work' }

/** What the caller does next, to its last answer: one exchange, or several that make a flow. */
export async function runFlow(caller: Caller, connection: Connection): Promise<FlowEnd> {
  try {
    do {
      const request = await caller.request()
      if (request === undefined) return OUT_OF_WORK
      const problem = caller.settle(await connection.exchange(request))
      if (problem) return { kind: 'failed', problem }
    } while (caller.midway?.())
    return DONE
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : 'connection failed' }
  }
}
