import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { ENGINES, freshDatabase, world } from '../../test/world.ts'
import { THIS_RELEASE } from '../platform/releases.ts'
import { doctor } from './doctor.ts'
import { done } from './outcome.ts'
import { withCurrentSchema, withMigratedSchema } from './process.ts'
import { serve } from './serve.ts'

const mark = (number: number) => `release/${String(number).padStart(3, '0')}`

for (const engine of ENGINES) {
  test(`${engine}: the next release may have migrated the database; what the next but one did, or one that contracts, is refused by every command`, async () => {
    const w = await world(engine, { databaseUrl: await freshDatabase(engine) })
    const variables = {
      ANTIPHON_DATABASE_URL: w.databaseUrl,
      ANTIPHON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      ANTIPHON_LISTEN: '127.0.0.1:0',
    }
    const record = (name: string) =>
      w.deps.transact((tx) => sql`insert into migrations (name, applied_at) values (${name}, 0)`.execute(tx))
    const work = async () => done({}, 'worked')
    const commands = [
      () => withCurrentSchema(variables, work),
      () => withMigratedSchema(variables, work),
      () => serve(variables),
    ]
    const refusals = async () => {
      for (const command of commands) {
        const outcome = await command()
        assert.equal(outcome.kind, 'refused')
        assert.match(
          outcome.kind === 'refused' ? outcome.reason : '',
          /^the database \S+ is of a future release: it was migrated by schema release \d+, and this one knows \d+, [^\n]*$/,
        )
      }
    }

    await record(mark(THIS_RELEASE + 1))
    await record('sessions/999-what-the-next-release-adds')
    for (const command of commands.slice(0, 2)) assert.equal((await command()).kind, 'done')

    await record(mark(THIS_RELEASE + 2))
    await refusals()
    const examined = await doctor(variables)
    assert.match(examined.kind === 'done' ? examined.plain : '', /^fault {2}database: .* is of a future release: /m)

    await w.deps.transact((tx) => sql`delete from migrations where name = ${mark(THIS_RELEASE + 2)}`.execute(tx))
    await record(`${mark(THIS_RELEASE + 1)}-contracts`)
    await refusals()
  })
}
