import { readConfig, type Variables } from '../platform/config.ts'
import { copySqlite } from '../platform/db-copy.ts'
import { describeFault, done, misconfigured, type Outcome, refused } from './outcome.ts'

/** `antiphon backup`: a whole copy of the database while others serve from it. Of a PostgreSQL its own tool makes one, which is named. */
export async function backup(variables: Variables, file: string): Promise<Outcome> {
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const { databaseUrl } = read.config
  if (!databaseUrl.startsWith('sqlite:')) {
    return refused(`nothing was written; PostgreSQL has a tool of its own, run: ${dumpLine(databaseUrl, file)}`)
  }
  return copy(databaseUrl.slice('sqlite:'.length), file)
}

function copy(path: string, file: string): Outcome {
  try {
    const copied = copySqlite(path, file)
    if (copied.kind === 'missing') return refused(`there is no database at ${path}`)
    if (copied.kind === 'exists') return refused(`${file} is there already: nothing is overwritten`)
    const plain = `${file} is the whole database, ${copied.bytes} bytes. Keep the master key elsewhere. Try it: antiphon restore --check ${file}`
    return done({ file, bytes: copied.bytes }, plain)
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return refused(`${path} cannot be copied to ${file}: ${fault}`)
  }
}

/** What makes a dump that `pg_restore` takes, readable by its owner alone. */
export const dumpLine = (url: string, file: string): string =>
  `(umask 077; pg_dump --format=custom --no-owner --file=${quoted(file)} ${quoted(withoutPassword(url))})`

/** What brings such a dump into a database that is empty. */
export const restoreLine = (url: string, file: string): string =>
  `pg_restore --no-owner --exit-on-error --single-transaction --dbname=${quoted(withoutPassword(url))} ${quoted(file)}`

/** A URL as PostgreSQL's own tools take it. They ask for the password, or find it in PGPASSWORD or ~/.pgpass. */
function withoutPassword(url: string): string {
  const [place = '', query = ''] = url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1@').split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  for (const name of ['pooler', 'password']) parameters.delete(name)
  return parameters.size > 0 ? `${place}?${parameters}` : place
}

/** As one word of a shell. */
const quoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
