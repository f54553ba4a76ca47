/**
 * Preloaded into a server (`--import`): how long its main thread worked without letting anybody else in. In processor time, so that what other
 * programs of the machine take does not count. SIGUSR2 writes the longest since the last one to BENCH_TURNS, in ms.
 */
import { writeFileSync } from 'node:fs'

const EVERY_MS = 2
let longestMs = 0
let last = cpuMs()

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

setInterval(() => {
  const now = cpuMs()
  longestMs = Math.max(longestMs, now - last)
  last = now
}, EVERY_MS).unref()

process.on('SIGUSR2', () => {
  writeFileSync(process.env.BENCH_TURNS ?? 'turns.json', JSON.stringify({ longestMs }))
  longestMs = 0
})
