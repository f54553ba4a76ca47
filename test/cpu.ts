/**
 * Loaded into each process of tests by `run.ts --slow`: each test says how much processor time it took, its process and the children that ended
 * included, as a diagnostic of its own. That of threads and servers counts for the test under way.
 */
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach } from 'node:test'

/** On Linux; elsewhere children are not counted. */
const STAT = '/proc/self/stat'
/** The fourteenth and fifteenth after the name, in hundredths of a second. proc_pid_stat(5). */
const CHILDREN = [13, 14]

function childrenMs(): number {
  if (!existsSync(STAT)) return 0
  const fields = readFileSync(STAT, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return CHILDREN.reduce((ms, at) => ms + Number(fields[at]) * 10, 0)
}

function usedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + childrenMs()
}

if (process.env.NODE_TEST_CONTEXT) {
  let before: number | undefined
  beforeEach((t) => {
    const now = usedMs()
    if ('diagnostic' in t && before === undefined) t.diagnostic(`loading took ${Math.round(now)} ms of processor`)
    before = now
  })
  afterEach((t) => {
    const now = usedMs()
    if ('diagnostic' in t) t.diagnostic(`took ${Math.round(now - (before ?? now))} ms of processor`)
    before = now
  })
}
