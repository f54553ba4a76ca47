import type { Io } from './io.ts'
import { type Outcome, printable } from './outcome.ts'

/** What the process ends with. Scripts rely on them: docs/guide/command-line.md. */
export const EXIT = { done: 0, refused: 1, misconfigured: 2, misused: 64 } as const

/** What went wrong, as `--json` tells it on standard error. */
export interface Problem {
  readonly kind: 'refused' | 'configuration' | 'usage'
  readonly message: string
  /** Of the management API, which refused. */
  readonly code?: string | undefined
  readonly status?: number | undefined
  /** Each fault of the configuration. */
  readonly faults?: readonly string[] | undefined
}

/** A line for people, or an object for machines. */
export function tell(io: Io, problem: Problem, json: boolean): void {
  if (json) io.err(printable(JSON.stringify({ error: problem })))
  else if (problem.faults) for (const fault of problem.faults) io.err(printable(fault))
  else io.err(printable(`antiphon: ${problem.message}`))
}

/** Print what came of a command, and end with its code. */
export function report(io: Io, outcome: Outcome, { json = false }: { readonly json?: boolean }): void {
  if (outcome.kind === 'done') {
    const forMachines = json || (outcome.piped === 'json' && !io.isTerminal)
    io.out(printable(forMachines ? JSON.stringify(outcome.json) : outcome.plain))
    io.end(outcome.failed ? EXIT.refused : EXIT.done, 'when_idle')
  } else if (outcome.kind === 'refused') {
    tell(io, { kind: 'refused', message: outcome.reason, ...outcome.answered }, json)
    io.end(EXIT.refused, 'now')
  } else if (outcome.kind === 'misused') {
    tell(io, { kind: 'usage', message: outcome.reason }, json)
    io.end(EXIT.misused, 'now')
  } else if (outcome.kind === 'misconfigured') {
    tell(io, { kind: 'configuration', message: outcome.faults.join('; '), faults: outcome.faults }, json)
    io.end(EXIT.misconfigured, 'now')
  }
}
