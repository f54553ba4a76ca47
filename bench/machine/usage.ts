import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const MICROS_PER_TICK = 10_000
const HAS_PROC = existsSync('/proc/self/stat')

/** Memory of one process; the peak is not known outside Linux. */
export type Memory = { readonly rssMib: number; readonly peakMib: number | undefined }

/** User plus system time a process has used so far, in microseconds (resolution 10 ms). */
export function cpuMicros(pid: number): number {
  if (HAS_PROC) {
    const fields = statFields(pid)
    return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK
  }
  return parsePsTime(ps(pid, 'time'))
}

/** The same for a process with its children, living and waited for; `undefined` outside Linux. */
export function treeCpuMicros(pid: number): number | undefined {
  if (!HAS_PROC) return undefined
  const own = statFields(pid)
  const waited = (Number(own[13]) + Number(own[14])) * MICROS_PER_TICK
  return childrenOf(pid).reduce((sum, child) => sum + cpuMicros(child), cpuMicros(pid) + waited)
}

export function memoryOf(pid: number): Memory {
  if (!HAS_PROC) return { rssMib: Number(ps(pid, 'rss')) / 1024, peakMib: undefined }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { rssMib: mib('VmRSS'), peakMib: mib('VmHWM') }
}

/** Seconds and hundredths of `ps -o time`, `[[dd-]hh:]mm:ss[.cc]`, in microseconds. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text]
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return (Number(days) * 86_400 + seconds) * 1_000_000
}

/** The fields of `/proc/<pid>/stat` after the command name, whose spaces and brackets would confuse a split. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** A process and its children; only the process itself outside Linux. */
export function pidsOfTree(pid: number): number[] {
  return HAS_PROC ? [pid, ...childrenOf(pid)] : [pid]
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1])
  } catch {
    return undefined // it ended while we looked
  }
}

function ps(pid: number, column: string): string {
  return spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
}
