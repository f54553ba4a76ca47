import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { application } from '../../test/builders.ts'
import { startPooler } from '../../test/pooler.ts'
import { BASE_DOMAIN, ENGINES, world } from '../../test/world.ts'
import type { Finding } from '../platform/finding.ts'
import { doctor } from './doctor.ts'
import { typed } from './io.fixture.ts'
import { run } from './run.ts'

for (const engine of ENGINES) {
  test(`${engine}: the doctor sees what ails an application, and leaves a healthy one alone`, async () => {
    const w = await world(engine, { config: { allowPrivateHooks: true } })
    const sick = await application(w, { allowedOrigins: ['https://shop.example'] })
    const well = await application(w, { allowedOrigins: [`https://www.${BASE_DOMAIN}`] })
    const hook = { session_validation_url: 'http://10.0.0.7/validate' }
    assert.equal((await sick.manage('/config/migration', { body: hook })).status, 201)
    const otp = { config_type: 'otp', channel_type: 'sms' }
    assert.equal((await sick.manage('/config/login/otp', { body: otp })).status, 201)
    const passkeys = { rp_id: 'shop.example', rp_name: 'Shop', allowed_origins: ['https://www.shop.example'] }
    assert.equal((await sick.manage('/config/passkey', { method: 'PUT', body: passkeys })).status, 200)
    await sick.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })

    const outcome = await doctor({
      ANTIPHON_DATABASE_URL: w.databaseUrl,
      ANTIPHON_MASTER_KEY: Buffer.from(w.deps.config.masterKey).toString('base64'),
      ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
      ANTIPHON_TRUSTED_PROXIES: '127.0.0.1',
    })

    if (outcome.kind !== 'done') return assert.fail(JSON.stringify(outcome))
    assert.equal(outcome.failed, true)
    const { faults, findings } = outcome.json as { faults: number; findings: Finding[] }
    assert.equal(faults, 3)
    const faultsOf = (topic: string) =>
      findings.filter((finding) => finding.topic === topic && finding.level === 'fault').map(({ what }) => what)
    assert.deepEqual(faultsOf(`application ${well.id}`), [])
    const [cookies = '', codes = '', url = ''] = faultsOf(`application ${sick.id}`)
    assert.match(cookies, /^pages of https:\/\/shop\.example are on another site /)
    assert.match(codes, /nobody delivers by sms$/)
    assert.match(url, /^http:\/\/10\.0\.0\.7\/validate is not https/)
    const ofPasskeys = findings.filter(({ topic }) => topic === `application ${sick.id}, passkeys`)
    assert.deepEqual(
      ofPasskeys.map(({ level }) => level),
      ['ok', 'hint', 'hint'],
    )
    const clock = findings.find(({ topic }) => topic === 'clock')
    assert.match(clock?.what ?? '', engine === 'postgres' ? /the database agree$/ : /the clock of this machine/)
    assert.match(outcome.plain, /^fault {2}application \S+: http:.*\n {7}Serve the hook over https\.$/m)
    assert.match(outcome.plain, /\n\n3 faults, \d+ hints?$/)
  })
}

test('postgres: the doctor recognises a pooler that gives each transaction another connection', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const w = await world('postgres')
  const pooled = await startPooler(w.databaseUrl, { mode: 'transaction' })
  for (const [url, level] of [
    [pooled, 'fault'],
    [`${pooled}?pooler=transaction`, 'ok'],
  ] as const) {
    const outcome = await doctor({
      ANTIPHON_DATABASE_URL: url,
      ANTIPHON_MASTER_KEY: Buffer.from(w.deps.config.masterKey).toString('base64'),
      ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
    })
    if (outcome.kind !== 'done') return assert.fail(JSON.stringify(outcome))
    const { findings } = outcome.json as { findings: Finding[] }
    assert.equal(findings.find(({ topic }) => topic === 'connection pooler')?.level, level)
  }
})

test('the doctor tells of a master key and a database that others may read', {
  skip: process.platform === 'win32',
}, async () => {
  const w = await world('sqlite')
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-doctor-'))
  after(() => rmSync(folder, { recursive: true }))
  const files = [join(folder, 'master.key'), join(folder, 'a.db')]
  writeFileSync(files[0] as string, Buffer.from(w.deps.config.masterKey).toString('base64'))
  copyFileSync(w.databaseUrl.slice('sqlite:'.length), files[1] as string)
  for (const path of [folder, ...files]) chmodSync(path, path === folder ? 0o755 : 0o644)
  const outcome = await doctor({
    ANTIPHON_DATABASE_URL: `sqlite:${files[1]}`,
    ANTIPHON_MASTER_KEY_FILE: files[0],
    ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
  })
  if (outcome.kind !== 'done') return assert.fail(JSON.stringify(outcome))
  const { findings } = outcome.json as { findings: Finding[] }
  const told = findings.filter(({ topic }) => topic === 'permissions').map(({ what }) => what.split(' ')[0])
  assert.deepEqual(told.slice(0, 2), files)
})

test('the doctor of a development server names a variable that is misspelt, too', async () => {
  const io = typed()
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-doctor-'))
  after(() => rmSync(folder, { recursive: true }))
  await run(['doctor', '--data', folder, '--json'], { ANTIPHON_LOG_LEVLE: 'info', ANTIPHON_LOG_LEVEL: 'silent' }, io)
  const { findings } = JSON.parse(io.said.out.join('')) as { findings: Finding[] }
  const [misspelt, ...others] = findings.filter(({ what }) => what.includes('is no variable of this release'))
  assert.match(misspelt?.what ?? '', /^ANTIPHON_LOG_LEVLE /)
  assert.deepEqual(others, [])
})
