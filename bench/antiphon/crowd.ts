import { insertIdentifierRows } from '../../src/core/identifiers/store.ts'
import { insertUserRows } from '../../src/core/users/store.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { idOf } from '../../src/platform/ids.ts'

const APP = 'demo'
const AT_ONCE = 2_000
const FIRST = ['Ada', 'Bela', 'Carla', 'Dario', 'Elif', 'Farid', 'Grace', 'Hedy', 'Ines', 'Jonas', 'Kofi', 'Lena']
const LAST = ['Adler', 'Bauer', 'Costa', 'Dimas', 'Eriksen', 'Fischer', 'Garcia', 'Hopper', 'Ivanov', 'Jensen', 'Kaya']
const MADE_AT = Date.UTC(2020, 0, 1)

/** Writes so many people into the database of a server, as an import of years would have left them; one in fifty is inactive. */
export async function writeCrowd(databaseUrl: string, people: number): Promise<void> {
  const database = openDatabase(databaseUrl, () => {})
  try {
    for (let start = 0; start < people; start += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, people - start) }, (_, i) => start + i)
      await database.transact(async (tx) => {
        await insertUserRows(tx, some.map(userOf))
        await insertIdentifierRows(tx, some.map(identifierOf))
      })
    }
  } finally {
    await database.close()
  }
}

export const externalIdOf = (i: number): string => `customer-${i}`
export const addressOf = (i: number): string => `person${i}@crowd.example`

/** Ids sort in the order of making, as the server's own do. */
function idOfPerson(i: number): string {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setUint32(2, i)
  return idOf('usr', bytes)
}

const userOf = (i: number) => ({
  app_id: APP,
  id: idOfPerson(i),
  external_id: externalIdOf(i),
  internal_id: null,
  status: i % 50 === 0 ? ('blocked' as const) : ('active' as const),
  profile: JSON.stringify({
    first_name: FIRST[i % FIRST.length],
    last_name: `${LAST[i % LAST.length]}${i % 997}`,
    locales: ['en-GB'],
    plan: 'gold',
    address: { city: 'Kos', street: `Road ${i}` },
  }),
  scopes: '[]',
  created_at: MADE_AT + i * 60_000,
  updated_at: MADE_AT + i * 60_000,
  migrated_at: null,
  sessions_ended_at: null,
  sessions_revoked_at: null,
  first_login_at: null,
  first_login_way: null,
})

const identifierOf = (i: number) => ({
  app_id: APP,
  user_id: idOfPerson(i),
  type: 'email_address' as const,
  value: addressOf(i),
  verified_at: MADE_AT + i,
  created_at: MADE_AT + i,
  last_proven_at: null,
})
