import { fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { median } from '../report/statistics.ts'

/** CPU, memory, system and runtime, as a sentence for the report. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `${cpus().length} × ${model}, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`
}

/** The load averages of the last 1, 5 and 15 minutes. */
export function describeLoad(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')
}

/** Microseconds that one durable 4 KiB write takes in `directory`: what a commit costs at the least. */
export function durableWriteMicros(directory: string): number {
  mkdirSync(directory, { recursive: true })
  const scratch = mkdtempSync(join(directory, 'sync-'))
  const file = openSync(join(scratch, 'file'), 'w')
  const page = Buffer.alloc(4096, 1)
  const times = Array.from({ length: 50 }, () => {
    const startedAt = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return (performance.now() - startedAt) * 1000
  })
  rmSync(scratch, { recursive: true })
  return median(times) ?? 0
}
