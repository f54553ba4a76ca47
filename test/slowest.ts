import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

const COUNT = 40
const TOLD = /^(loading )?took (\d+) ms of processor$/
const root = `${import.meta.dirname}/..`

/** A reporter of `node --test`: the files whose tests took most processor time by what `cpu.ts` has them say, most first, a line each; loading apart. */
export default async function* slowest(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, number>()
  let loading = 0
  for await (const { type, data } of events) {
    if (type !== 'test:diagnostic' || !data.file) continue
    const [, isLoading, ms] = TOLD.exec(data.message) ?? []
    const file = relative(root, data.file).replaceAll('\\', '/')
    if (isLoading) loading += Number(ms)
    else if (ms) files.set(file, (files.get(file) ?? 0) + Number(ms))
  }
  const total = [...files.values()].reduce((sum, ms) => sum + ms, 0)
  yield `processor time of tests: ${seconds(total)}, and of loading: ${seconds(loading)}\n`
  const most = [...files].sort(([, a], [, b]) => b - a).slice(0, COUNT)
  for (const [file, ms] of most) yield `${seconds(ms).padStart(8)} ${file}\n`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
