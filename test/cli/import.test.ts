import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ENGINES } from '../world.ts'
import { antiphon, emptyDatabase, going, MASTER_KEY, serving, temporaryFolder } from './antiphon.ts'

const USERS = 600

for (const engine of ENGINES) {
  test(`${engine}: an import is killed, goes on beside a running server, is interrupted and resumed; nobody is lost or doubled`, async () => {
    const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: await emptyDatabase(engine) }
    await antiphon(['apps', 'create', 'shop'], variables)
    const folder = temporaryFolder()
    const path = join(folder, 'users.ndjson')
    const user = (i: number) => ({
      external_id: `u${i}`,
      identifiers: [{ type: 'email_address', value: `u${i}@shop.example`, verified: true }],
    })
    writeFileSync(path, Array.from({ length: USERS }, (_, i) => `${JSON.stringify(user(i))}\n`).join(''))
    const command = ['import', '--app', 'shop', '--from', 'ndjson', path, '--json']

    const killed = await going(command, variables, /^Reading .*100 %/, 'stderr')
    await killed.stop('SIGKILL')
    const id = /Import (imp_\w+)/.exec(killed.stderr())?.[1] ?? assert.fail(killed.stderr())

    const server = await serving(variables)
    const onward = await going([...command, '--continue', id], variables, /^Import imp_/, 'stderr')
    const status = await onward.stop('SIGINT')
    // Who is interrupted as they end has nothing left to say.
    const said = status === null ? /100 %/ : /^(antiphon: |{"error":).*(--continue|import resume) imp_/m
    if (status !== 0) assert.match(onward.stderr(), said)

    const ended = await antiphon([...command, '--continue', id], variables)
    assert.equal(ended.status, 0, ended.stderr)
    const { import_id, outcomes, lines } = JSON.parse(ended.stdout)
    assert.deepEqual([import_id, lines, outcomes.created, outcomes.unchanged], [id, USERS, USERS, 0])
    const told = await antiphon(['import', 'status', id, '--json'], variables)
    assert.partialDeepStrictEqual(JSON.parse(told.stdout), { import_id: id, status: 'completed', lines: USERS })
    assert.ok(![ended, killed, onward].some((one) => String(one.stderr).includes('shop.example')))
    assert.equal(await server.stop(), 0)
  })
}
