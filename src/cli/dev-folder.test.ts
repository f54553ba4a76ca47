import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readCertificate } from '../crypto/certificate.ts'
import { ensureCertificate, ensureMasterKey, openDevFolder, readSecret, writeSecret } from './dev-folder.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 2)

const parent = mkdtempSync(join(tmpdir(), 'antiphon-folder-'))
after(() => rmSync(parent, { recursive: true }))
let made = 0
const folder = () => openDevFolder(join(parent, `${++made}`, 'deep'))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('the folder is made, and nobody else may look in', () => {
  assert.equal(modeOf(folder().path), 0o700)
})

test('a secret is readable for its owner only, even when the file was open before', () => {
  const { instanceKey } = folder()
  assert.equal(readSecret(instanceKey), undefined)
  writeFileSync(instanceKey, 'old', { mode: 0o644 })
  writeSecret(instanceKey, 'new')
  assert.equal(readSecret(instanceKey), 'new')
  assert.equal(modeOf(instanceKey), 0o600)
})

test('the master key is made once', () => {
  const made = folder()
  ensureMasterKey(made)
  const key = readSecret(made.masterKey) ?? ''
  assert.equal(Buffer.from(key, 'base64').length, 32)
  assert.equal(modeOf(made.masterKey), 0o600)
  ensureMasterKey(made)
  assert.equal(readSecret(made.masterKey), key)
})

test('the certificate lives for more than a year, is kept while it does, and is made anew in its last month', async () => {
  const made = folder()
  await ensureCertificate(made, START)
  const first = readFileSync(made.certificate, 'utf8')
  const expiresAt = readCertificate(first)?.expiresAt ?? 0
  assert.ok(expiresAt >= START + 366 * DAY_MS)
  assert.equal(modeOf(made.certificateKey), 0o600)

  await ensureCertificate(made, expiresAt - 31 * DAY_MS)
  assert.equal(readFileSync(made.certificate, 'utf8'), first)
  await ensureCertificate(made, expiresAt - 29 * DAY_MS)
  assert.notEqual(readFileSync(made.certificate, 'utf8'), first)
})

test('a certificate whose private key is gone is made anew', async () => {
  const made = folder()
  await ensureCertificate(made, START)
  const first = readFileSync(made.certificate, 'utf8')
  rmSync(made.certificateKey)
  await ensureCertificate(made, START)
  assert.notEqual(readFileSync(made.certificate, 'utf8'), first)
})
