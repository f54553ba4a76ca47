import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** What a test is, by where its file lies and what its name begins with; the first that fits. */
const KINDS: readonly (readonly [kind: string, path: RegExp, name?: RegExp])[] = [
  ['browser', /^test\/browser\//],
  ['races', /^test\/races\//],
  ['crashes', /^test\/crash\//],
  ['command line', /^(test\/cli|src\/cli)/],
  ['hooks', /^test\/hooks/],
  ['vendor SDKs', /^test\/vendor-sdks/],
  ['mobile SDKs', /^test\/mobile\//],
  ['documents', /^test\/docs/],
  ['on PostgreSQL', /./, /^postgres\b/],
  ['on SQLite', /./, /^sqlite\b/],
  ['pure', /./],
]

/** Names the kind of a test. `file` from the root. */
export function kindOf(file: string, name: string): string {
  return KINDS.find(([, path, begins]) => path.test(file) && (begins?.test(name) ?? true))?.[0] ?? ''
}

const root = `${import.meta.dirname}/..`

/** A reporter of `node --test`: how many tests there were of each kind, and for how long they ran, one line. */
export default async function* kinds(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const totals = new Map<string, { count: number; ms: number }>()
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting > 0 || !data.file) continue
    const kind = kindOf(relative(root, data.file).replaceAll('\\', '/'), data.name)
    const { count, ms } = totals.get(kind) ?? { count: 0, ms: 0 }
    totals.set(kind, { count: count + 1, ms: ms + data.details.duration_ms })
  }
  const parts = [...totals]
    .sort(([, a], [, b]) => b.ms - a.ms)
    .map(([kind, { count, ms }]) => `${kind} ${Math.round(ms / 1000)} s (${count})`)
  yield `time of tests by kind: ${parts.join(', ')}\n`
}
