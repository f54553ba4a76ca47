import { type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import type { Database, Db, Tx } from '../db.ts'
import { tellingStatements } from '../db-statements.ts'
import type { GroupedUpdate, Row } from '../group.ts'
import { inSpan, isRecorded } from './span.ts'

type Traced = Pick<Database, 'db' | 'transact' | 'together' | 'grouped'>
type Transact = Database['transact']

/** A database whose transactions and shared updates are spans, and whose statements are events of the span they are made in, by name alone. */
export function tracedDatabase(
  tracer: Tracer,
  system: 'sqlite' | 'postgresql',
  { db, transact, together, grouped }: Traced,
): Traced {
  const options = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': system } }
  const traced =
    (begin: Transact): Transact =>
    (work) =>
      isRecorded()
        ? inSpan(tracer, 'transaction', options, (span) => begin((tx) => work(telling(tx, span))))
        : begin(work)
  return {
    db: tellingStatements<Db>(db, (name) => trace.getActiveSpan()?.addEvent(name)),
    transact: traced(transact),
    together: traced(together),
    grouped(update: GroupedUpdate) {
      const write = grouped(update)
      return (row: Row) => (isRecorded() ? inSpan(tracer, update.name, options, () => write(row)) : write(row))
    },
  }
}

const telling = (tx: Tx, span: Span): Tx => tellingStatements(tx, (name) => span.addEvent(name))
