import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'

/** Who ran the command: what it tells them, and what it asks. */
export interface Io {
  /** A line on standard output. */
  out(line: string): void
  /** A line on standard error. */
  err(line: string): void
  /** Whether standard output is a terminal, so that a person reads it. */
  readonly isTerminal: boolean
  /** Ask for a line. Undefined where nobody is there to be asked. */
  ask(question: string): Promise<string | undefined>
  /** End with this code: at once, or as soon as nothing is left to do. */
  end(code: number, when: 'now' | 'when_idle'): void
}

/** The terminal, or whatever stands in its place. */
export const processIo: Io = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  isTerminal: stdout.isTTY === true,
  async ask(question) {
    if (stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined
    const lines = createInterface({ input: stdin, output: process.stderr })
    const over = new AbortController()
    lines.once('close', () => over.abort())
    try {
      return await lines.question(question, { signal: over.signal })
    } catch {
      // Ctrl-D, which is no consent.
      return ''
    } finally {
      lines.close()
    }
  },
  end(code, when) {
    if (when === 'now') process.exit(code)
    process.exitCode = code
  },
}
