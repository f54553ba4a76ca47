import { fileURLToPath } from 'node:url'
import { servedSubject } from './served.ts'
import type { Subject } from './subject.ts'

const SCRIPT = fileURLToPath(new URL('../peers/better-auth.ts', import.meta.url))

/** Better Auth on SQLite: the call its clients make to learn who is signed in. It reads, and writes nothing. */
export const betterAuth: Subject = servedSubject({
  name: 'Better Auth get-session, SQLite',
  argv: ({ directory, clients }) => [SCRIPT, directory, String(clients)],
  traffic: (server) => ({
    kind: 'session-cookie',
    host: new URL(server.address).host,
    path: '/api/auth/get-session',
    cookies: server.ready.cookies as string[],
  }),
})
