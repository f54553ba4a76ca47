/** Preloaded into a server (`--import`): SIGUSR2 starts the CPU profiler, the next writes BENCH_PROFILE. */
import { writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'

const session = new Session()
session.connect()
await session.post('Profiler.enable')
let running = false

process.on('SIGUSR2', async () => {
  if (!running) {
    running = true
    await session.post('Profiler.start')
    return
  }
  const { profile }: { profile: Profiler.Profile } = await session.post('Profiler.stop')
  writeFileSync(process.env.BENCH_PROFILE ?? 'server.cpuprofile', JSON.stringify(profile))
  running = false
})
