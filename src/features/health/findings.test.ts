import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { apiKey, application, instanceKey, login, send, user } from '../../../test/builders.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { CLIENT_SECRET, withProvider } from '../../../test/house/oauth.ts'
import { keySaml } from '../../../test/house/saml-connections.ts'
import { samlIdp } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { BASE_DOMAIN, freshDatabase, type World, world } from '../../../test/world.ts'
import { doctor } from '../../cli/doctor.ts'
import { claimDatabase } from '../../core/master-key/canary.ts'
import type { Finding } from '../../platform/finding.ts'
import { masterKeyId } from '../../platform/key-set.ts'
import { jobs } from '../../server.ts'

type Told = Pick<Finding, 'level' | 'topic' | 'what'> & { mend: string | null }

const found = ({ status, body }: { status: number; body: { findings: Told[] } }): Told[] => {
  assert.equal(status, 200, JSON.stringify(body))
  return body.findings
}

const ofInstance = async (w: World): Promise<Told[]> =>
  found(await send(w, '/v2/session/findings', { headers: { authorization: `Bearer ${await instanceKey(w)}` } }))

/** What the command finds on the database of a world. */
async function byCommand({ databaseUrl, deps }: World): Promise<Told[]> {
  const outcome = await doctor({
    ANTIPHON_DATABASE_URL: databaseUrl,
    ANTIPHON_MASTER_KEY: Buffer.from(deps.config.masterKey).toString('base64'),
    ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
    ANTIPHON_TRUSTED_PROXIES: '127.0.0.1',
  })
  if (outcome.kind !== 'done') return assert.fail(JSON.stringify(outcome))
  const { findings } = outcome.json as { findings: Finding[] }
  return findings.map((one) => ({ ...one, mend: one.mend ?? null }))
}

/** Of these the command knows more, or asks another clock. */
const OTHERWISE = ['configuration', 'permissions', 'clock']

for (const { engine } of await stages()) {
  test(`${engine}: a server and the doctor say the same of the instance, and of each application`, async () => {
    const w = await world(engine, { wallClock: Date.now() })
    const sick = await application(w, { allowedOrigins: ['https://shop.example'] })
    const well = await application(w, { allowedOrigins: [`https://www.${BASE_DOMAIN}`] })
    await sick.manage('/config/login/otp', { body: { channel_type: 'sms' } })
    await sick.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    const said = await byCommand(w)
    for (const app of [sick, well]) {
      const told = found(await app.manage('/findings'))
      assert.deepEqual(
        told,
        said.filter(({ topic }) => topic.startsWith(`application ${app.id}`)),
      )
      assert.equal(
        told.some(({ level }) => level === 'fault'),
        app === sick,
      )
    }
    const steady = (findings: Told[]) =>
      findings.filter(({ topic }) => !topic.startsWith('application ') && !OTHERWISE.includes(topic))
    const told = await ofInstance(w)
    assert.deepEqual(steady(told), steady(said))
    assert.deepEqual(told.map(({ topic }) => topic).slice(0, 2), ['base domain', 'proxy'])
    for (const topic of ['database', 'master key'])
      assert.ok(
        told.some((one) => one.topic === topic),
        topic,
      )
  })

  test(`${engine}: nobody is asked over the network, unless it is said`, async () => {
    const w = await world(engine)
    const { app, played } = await withProvider(w, 'google')
    await keySaml(w, app)
    const idp = samlIdp(w.deps.now, 'idp.acme.example')
    w.fakeNetwork((request) => idp.serve(request) ?? played.answer(request))
    const company = { name: 'Acme', idp_metadata_url: idp.metadataUrl }
    assert.equal((await app.manage('/config/login/saml/okta', { body: company })).status, 201)
    const passkeys = { rp_id: 'shop.example', rp_name: 'Shop', allowed_origins: ['https://www.shop.example'] }
    await app.manage('/settings', {
      method: 'PATCH',
      body: { settings: { passkey_apps: { apple_app_ids: ['ABCDE12345.shop'] } } },
    })
    assert.equal((await app.manage('/config/passkey', { method: 'PUT', body: passkeys })).status, 200)
    w.outbound.splice(0)
    const quiet = found(await app.manage('/findings'))
    assert.equal(w.outbound.length, 0)
    const ofGoogle = (findings: Told[]) => findings.filter(({ topic }) => topic.endsWith(', login by google'))
    assert.deepEqual(
      ofGoogle(quiet).map(({ level, what }) => [level, what.split(' ').slice(0, 3).join(' ')]),
      [['ok', 'the redirect URI']],
    )
    const asked = found(await app.manage('/findings?probe=true'))
    assert.deepEqual(ofGoogle(asked).at(-1)?.what, 'the provider accepts the client id and its secret')
    assert.ok(w.outbound.some(({ url }) => url.startsWith('https://shop.example/.well-known/')))
    assert.ok(w.outbound.some(({ url }) => url === idp.metadataUrl))
    assert.ok(w.outbound.every(({ timeoutMs }) => timeoutMs !== undefined && timeoutMs <= 10_000))
    assert.ok(!JSON.stringify([quiet, asked]).includes(CLIENT_SECRET))
    assertInvalid(await app.manage('/findings?probe=perhaps'), 'query.probe')
  })

  test(`${engine}: files that others may read are told to whoever operates the instance, and to no application`, {
    skip: process.platform === 'win32',
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antiphon-findings-'))
    after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'master.key')
    writeFileSync(file, 'secret')
    chmodSync(file, 0o644)
    const w = await world(engine, { config: { secretFiles: [file] } })
    const [first] = (await ofInstance(w)).filter(({ topic }) => topic === 'permissions')
    assert.equal(first?.mend, `Run \`chmod go= ${file}\`.`)
    const app = await application(w)
    assert.ok(!JSON.stringify(found(await app.manage('/findings'))).includes(folder))
  })

  test(`${engine}: which master key may go is told by what was counted last, and nothing is counted for it`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const [older, newer] = [new Uint8Array(32).fill(7), new Uint8Array(randomBytes(32))]
    const before = await world(engine, { databaseUrl })
    await claimDatabase(before.deps)
    const app = await application(before)
    await login(before, app, await user(before, app))
    const config = { masterKey: newer, previousMasterKeys: [older] }
    const w = await world(engine, { databaseUrl, config })
    await claimDatabase(w.deps)
    const reseal = jobs.find(({ kind }) => kind === 'master-key/reseal')
    const told = async (by = w) => {
      const ofKeys = (await ofInstance(by)).filter(({ topic }) => topic === 'master key')
      return ofKeys.slice(1).map(({ level, what }) => [level, what])
    }
    const needed = [['ok', `the previous key ${masterKeyId(older)} is still needed`]]
    assert.deepEqual(await told(), needed, 'nobody has counted yet')
    w.advance(3_600_000)
    await reseal?.run(null, { appId: '', jobId: '' }, w.deps)
    assert.deepEqual(await told(), needed, 'a session hangs on it')
    const early = await world(engine, { databaseUrl, config: { masterKey: newer } })
    const hanging = `0 sealed values and 1 sessions hang on the key ${masterKeyId(older)}, which is not given`
    assert.deepEqual(await told(early), [['fault', `${hanging}: \`serve\` would refuse to start`]])
    const [person] = (await app.manage('/users')).body.users
    assert.equal((await app.manage(`/users/${person.id}`, { method: 'DELETE' })).status, 204)
    assert.deepEqual(await told(), needed, 'it was counted before')
    w.advance(2 * 3_600_000)
    await reseal?.run(null, { appId: '', jobId: '' }, w.deps)
    assert.deepEqual(await told(), [['hint', `nothing hangs on the previous key ${masterKeyId(older)} any more`]])
  })

  test(`${engine}: an instance key reads those of every application, with the permission to read configuration`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const ask = async (permissions: ['config:read'] | ['health:read']) =>
      (
        await send(w, `/v2/session/apps/${app.id}/findings`, {
          headers: { authorization: `Bearer ${await apiKey(w, '', { permissions })}` },
        })
      ).status
    assert.deepEqual([await ask(['config:read']), await ask(['health:read'])], [200, 403])
  })
}
