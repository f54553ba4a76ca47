/** Better Auth as its documentation installs it: e-mail and password on `node:sqlite`. Arguments: directory, sessions, and `renews` where each look at a session renews it. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { announce, bind } from './listen.ts'

const [directory = '.', sessions = '32', renews] = process.argv.slice(2)

const database = new DatabaseSync(join(directory, `better-auth-${renews ?? 'reads'}.db`))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')

const server = createServer()
const address = await bind(server)
const auth = betterAuth({
  database,
  baseURL: address,
  secret: 'a secret of at least thirty-two characters for the benchmark',
  emailAndPassword: { enabled: true },
  ...(renews && { session: { updateAge: 0 } }), // a day by default: once a day a look is a write
  rateLimit: { enabled: false }, // on in production: it would refuse the benchmark
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
server.on('request', toNodeHandler(auth))

const cookies: string[] = []
for (let i = 0; i < Number(sessions); i += 1) {
  const body = { name: `User ${i}`, email: `user${i}@example.org`, password: `correct horse battery ${i}` }
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true })
  cookies.push(
    headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  )
}
announce(address, { cookies })
