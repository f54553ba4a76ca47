import { fileURLToPath } from 'node:url'
import { servedSubject } from './served.ts'
import type { Subject } from './subject.ts'

const SCRIPT = fileURLToPath(new URL('../peers/better-auth.ts', import.meta.url))

/** Better Auth on SQLite: the call its clients make to learn who is signed in. It reads, and writes nothing. */
export const betterAuth: Subject = betterAuthThat([], 'Better Auth get-session, SQLite')

/** The same where the session is renewed with each look, which is a write: its refresh. */
export const betterAuthRenewing: Subject = betterAuthThat(['renews'], 'Better Auth get-session with its write, SQLite')

function betterAuthThat(args: readonly string[], name: string): Subject {
  return servedSubject({
    name,
    argv: ({ directory, clients }) => [SCRIPT, directory, String(clients), ...args],
    traffic: (server) => ({
      kind: 'session-cookie',
      host: new URL(server.address).host,
      path: '/api/auth/get-session',
      cookies: server.ready.cookies as string[],
    }),
  })
}
