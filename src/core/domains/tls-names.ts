import { type Deps, resident } from '../../platform/deps.ts'
import { listProvenNames, type ProvenName } from './store.ts'

/** Some 20 MB of memory; an instance with more needs another way to certificates. */
const MOST_NAMES = 100_000

/** Names that may have a certificate: `issuing` or `active`. In memory, as of the last reading, so that whoever asks costs the database nothing. */
export const tlsNames = resident((deps: Deps) => {
  let names: ReadonlyMap<string, ProvenName> = new Map()
  let readings = Promise.resolve()

  async function read() {
    names = new Map((await listProvenNames(deps.db, MOST_NAMES)).map((one) => [one.domain, one]))
  }
  return {
    find: (name: string): ProvenName | undefined => names.get(name),
    /** Read anew, after what is being read now. Rejects when the database does; what was known stays. */
    load(): Promise<void> {
      const reading = readings.then(read)
      readings = reading.catch(() => {})
      return reading
    },
  }
})
