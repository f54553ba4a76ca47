import type { Source } from './source.ts'
import { auth0 } from './sources/auth0.ts'
import { clerk } from './sources/clerk.ts'

/** The systems whose exports can be read. */
export const SOURCES: readonly Source[] = [auth0, clerk]

/** The source of a name or another name of it, in whatever case. */
export function findSource(name: string): Source | undefined {
  const wanted = name.toLowerCase()
  return SOURCES.find((source) => source.name === wanted || source.aliases?.includes(wanted))
}
