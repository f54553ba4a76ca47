import type { CaaRecord } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { assertNoTransaction } from './db-context.ts'

/** `A` and `AAAA` are addresses, `CNAME` a name in lower case without a trailing dot, `TXT` a text, `CAA` a `tag value`. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'CAA'

/** `none`: the name, or a record of that type, does not exist. `unanswered`: nobody said so, with a word for why. */
export type NameOutcome =
  | { readonly kind: 'records'; readonly records: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unanswered'; readonly reason: 'timeout' | 'server_failure' }

/** Ask the name servers now. Never throws, never takes longer than four seconds. */
export type NameLookup = (name: string, type: RecordType) => Promise<NameOutcome>

export interface NameServers {
  /** Addresses, perhaps with a port; empty for those of the system. */
  readonly servers: readonly string[]
  /** For the whole of a question, whatever name servers do. */
  readonly timeoutMs?: number
}

const QUESTION_MS = 4_000
const TRY_MS = 1_500
const TRIES = 2
/** Whoever owns a name decides how much is in its answers. */
const MOST_RECORDS = 20
const MOST_CHARS = 512

/** Names are looked up over sockets of our own: neither the hosts file nor the system's few threads have a part in it. */
export function openNames({ servers, timeoutMs = QUESTION_MS }: NameServers): NameLookup {
  return async (name, type) => {
    assertNoTransaction()
    // One for each question, so that the end of one is not the end of another.
    const resolver = new Resolver({ timeout: Math.min(TRY_MS, timeoutMs), tries: TRIES })
    if (servers.length > 0) resolver.setServers(servers)
    const timer = setTimeout(() => resolver.cancel(), timeoutMs)
    try {
      const records = await ask(resolver, name, type)
      return records.length === 0 ? { kind: 'none' } : { kind: 'records', records: records.slice(0, MOST_RECORDS) }
    } catch (error) {
      return outcomeOf((error as NodeJS.ErrnoException).code)
    } finally {
      clearTimeout(timer)
    }
  }
}

async function ask(resolver: Resolver, name: string, type: RecordType): Promise<string[]> {
  const records = {
    A: () => resolver.resolve4(name),
    AAAA: () => resolver.resolve6(name),
    CNAME: async () => (await resolver.resolveCname(name)).map((one) => one.toLowerCase().replace(/\.$/, '')),
    TXT: async () => (await resolver.resolveTxt(name)).map((parts) => parts.join('')),
    CAA: async () => (await resolver.resolveCaa(name)).flatMap(readCaa),
  }
  return (await records[type]()).map((one) => one.slice(0, MOST_CHARS))
}

/** RFC 8659 §4. Node names the value by its tag. */
const readCaa = ({ issue, issuewild }: CaaRecord): string[] => [
  ...(issue === undefined ? [] : [`issue ${issue}`]),
  ...(issuewild === undefined ? [] : [`issuewild ${issuewild}`]),
]

const NOTHING_THERE = ['ENODATA', 'ENOTFOUND']
const TOO_LATE = ['ETIMEOUT', 'ECANCELLED']

function outcomeOf(code: string | undefined): NameOutcome {
  if (NOTHING_THERE.includes(code ?? '')) return { kind: 'none' }
  return { kind: 'unanswered', reason: TOO_LATE.includes(code ?? '') ? 'timeout' : 'server_failure' }
}
