import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { antiphon, MASTER_KEY, serving, type Variables } from '../cli/antiphon.ts'
import { ENGINES, freshDatabase } from '../world.ts'

const BACKEND = join(import.meta.dirname, 'backend.ts')

/** A server with an application that is fresh and in mode dev, as `backend.ts` wants it. */
async function freshServer(databaseUrl: string) {
  const variables: Variables = {
    ANTIPHON_DATABASE_URL: databaseUrl,
    ANTIPHON_MASTER_KEY: MASTER_KEY,
    ANTIPHON_DEFAULT_APP: 'shop',
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
  }
  const made = await antiphon(['apps', 'create', 'shop', '--mode', 'dev', '--json'], variables)
  return { key: JSON.parse(made.stdout).management_key as string, ...(await serving(variables)) }
}

/** Runs the backend to its end. */
async function play(address: string, key: string): Promise<{ status: number; printed: string }> {
  const child = spawn(process.execPath, [BACKEND, address, 'shop', key], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const [status] = await once(child, 'close')
  return { status, printed }
}

for (const engine of ENGINES) {
  test(`${engine}: a backend written from the documents alone finds every management call as documented`, async () => {
    const server = await freshServer(await freshDatabase(engine))
    const { status, printed } = await play(server.address, server.key)
    assert.equal(status, 0, printed)
    assert.match(printed, /(\d+) of \1 rows pass/)
    await server.stop()
  })
}
