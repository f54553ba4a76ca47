import { readFileSync } from 'node:fs'
import { serveThread } from './threads.ts'

let served = 0

serveThread((task: string) => {
  served += 1
  if (task === 'throw') throw new Error('asked to')
  if (task === 'die') process.exit(3)
  // Its nice value, field 19 of proc(5).
  if (task === 'nice') return readFileSync('/proc/thread-self/stat', 'utf8').split(' ')[18]
  return served
})
