// What Antiphon is told at each step: `node move.mjs import | hook | off`. Each may be run again.
import { readFileSync } from 'node:fs'
import { antiphon, appId, recordOf } from './new.mjs'
import { allUsers } from './old.mjs'

const folder = process.env.ANTIPHON_DATA ?? '../../.antiphon'
const key = process.env.ANTIPHON_MANAGEMENT_KEY ?? readFileSync(`${folder}/${appId}-management.key`, 'utf8').trim()
const page = process.env.PAGE ?? 'https://127.0.0.1:3100'
const hook = process.env.HOOK ?? `http://127.0.0.1:${process.env.HOOK_PORT ?? 9100}`

async function manage(method, path, body) {
  const answer = await fetch(new URL(`/v2/session/apps/${appId}${path}`, antiphon), {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const json = await answer.json().catch(() => ({}))
  return { ok: answer.ok, status: answer.status, code: json.code, json }
}

/** Fails unless it was done. */
async function must(call) {
  const { ok, json } = await call
  if (!ok) throw new Error(JSON.stringify(json))
}

/** A first configuration is posted, a later one put. */
async function configure(path, config) {
  const answer = await manage('PUT', path, config)
  if (!answer.ok) await must(answer.status === 404 ? manage('POST', path, config) : answer)
}

const steps = {
  /** Every user with their hash. Who is there already stays as they are. */
  async import() {
    for (const user of allUsers()) {
      const answer = await manage('POST', '/users', recordOf(user))
      const isThere = answer.code === 'external_id_already_exists'
      if (!answer.ok && !isThere) throw new Error(`${user.email}: ${JSON.stringify(answer.json)}`)
      console.log(`${user.email}: ${isThere ? 'was there' : 'imported'}`)
    }
  },
  /** The page may call Antiphon, tokens carry the shop's own ids, and old sessions are asked about at the shop. */
  async hook() {
    await must(manage('PATCH', '', { allowed_origins: [page] }))
    await configure('/config/claims', { mapping: { shop_user: { $input: 'external_id', $type: 'string' } } })
    await configure('/config/migration', { session_validation_url: hook })
    console.log(`Old sessions are exchanged by ${hook}.`)
  },
  /** Says how many came by their session, and asks the shop no more. */
  async off() {
    const { json } = await manage('GET', '/config/migration/progress')
    console.log(`Known: ${json.progress?.users_known}. Came by their session: ${json.progress?.users_migrated}.`)
    const answer = await manage('DELETE', '/config/migration')
    if (answer.status !== 404) await must(answer)
    console.log('Old sessions are no longer exchanged.')
  },
}

const step = steps[process.argv[2]]
if (!step) throw new Error(`Say what to do: ${Object.keys(steps).join(' | ')}`)
await step()
