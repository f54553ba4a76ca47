import type { Io } from './io.ts'

/** Somebody who types, and what they were told. They answer `answer` when they are asked; undefined, if nobody is there. */
export function typed({ isTerminal = false, answer }: { isTerminal?: boolean; answer?: string } = {}) {
  const said = { out: [] as string[], err: [] as string[], code: undefined as number | undefined }
  const io: Io = {
    out: (line) => said.out.push(line),
    err: (line) => said.err.push(line),
    isTerminal,
    async ask(question) {
      if (answer !== undefined) said.err.push(question)
      return answer
    },
    end(code) {
      said.code = code
    },
  }
  return { ...io, said }
}
