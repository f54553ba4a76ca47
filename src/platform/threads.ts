import { setPriority } from 'node:os'
import { parentPort, Worker } from 'node:worker_threads'

/** Gives way to whatever else the process does; only on Linux has a thread a priority of its own. */
const NICE = 10

type Answer = { value: unknown } | { error: string }

/** Serve this thread: answer each task of the pool that started it. */
export function serveThread<T>(answer: (task: T) => unknown): void {
  if (process.platform === 'linux') setPriority(NICE)
  parentPort?.on('message', (task: T) => parentPort?.postMessage(tell(() => answer(task))))
}

function tell(work: () => unknown): Answer {
  try {
    return { value: work() }
  } catch (error) {
    return { error: String(error) }
  }
}

/**
 * Runs tasks that hold a processor for long, each in a thread that serves `file`. A thread is started when none is idle, so whoever asks
 * bounds their number; idle ones keep no process from ending. Rejects when the task throws or its thread dies.
 */
export function threadPool<T, R>(file: URL): (task: T) => Promise<R> {
  const idle = new Set<Worker>()

  function start(): Worker {
    const thread = new Worker(file, { execArgv: [] })
    // A thread that dies while idle is nobody's failure.
    thread.on('error', () => {})
    thread.on('exit', () => idle.delete(thread))
    return thread
  }
  function take(): Worker {
    const [thread = start()] = idle
    idle.delete(thread)
    thread.ref()
    return thread
  }
  return (task) =>
    new Promise((resolve, reject) => {
      const thread = take()
      const onMessage = (answer: Answer) => {
        thread.off('error', onEnd).off('exit', onEnd)
        thread.unref()
        idle.add(thread)
        if ('value' in answer) resolve(answer.value as R)
        else reject(new Error(answer.error))
      }
      const onEnd = (why: unknown) => {
        thread.off('message', onMessage).off('error', onEnd).off('exit', onEnd)
        reject(why instanceof Error ? why : new Error(`the thread ended with ${why}`))
      }
      thread.once('message', onMessage).once('error', onEnd).once('exit', onEnd)
      thread.postMessage(task)
    })
}
