import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { issueCertificate, readCertificate } from '../crypto/certificate.ts'
import { randomBytes } from '../crypto/random.ts'
import { makeFolder } from '../platform/db-files.ts'

/** Where `antiphon dev` keeps everything; only its owner may look in. */
export interface DevFolder {
  /** Absolute. */
  readonly path: string
  readonly database: string
  readonly masterKey: string
  /** Of master keys of before, if somebody has put it there. */
  readonly previousKeys: string
  readonly certificate: string
  readonly certificateKey: string
  /** The key of the demo. */
  readonly managementKey: string
  readonly guideKey: string
  readonly instanceKey: string
}

/** See to it that there is the folder. */
export function openDevFolder(path: string): DevFolder {
  makeFolder(resolve(path))
  return devFolder(path)
}

/** What is where in it. */
export function devFolder(path: string): DevFolder {
  const inside = (name: string) => join(resolve(path), name)
  return {
    path: resolve(path),
    database: inside('antiphon.db'),
    masterKey: inside('master.key'),
    previousKeys: inside('previous.keys'),
    certificate: inside('localhost.crt'),
    certificateKey: inside('localhost.key'),
    managementKey: inside('demo-management.key'),
    guideKey: inside('guide-management.key'),
    instanceKey: inside('instance.key'),
  }
}

/** The text of a file without the space around it; undefined when there is no file. */
export function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
}

/** Write a file that only its owner may read. It appears whole or not at all. */
export function writeSecret(path: string, text: string): void {
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 })
  chmodSync(`${path}.new`, 0o600)
  renameSync(`${path}.new`, path)
}

/** See to it that there is a master key. */
export function ensureMasterKey(folder: DevFolder): void {
  if (readSecret(folder.masterKey) === undefined) {
    writeSecret(folder.masterKey, randomBytes(32).toString('base64'))
  }
}

const DAY_MS = 86_400_000
const VALID_MS = 397 * DAY_MS
const RENEW_MS = 30 * DAY_MS

const NAMES = { dns: ['localhost', '*.localhost', '*.session.localhost'], ip: ['127.0.0.1', '::1'] }

/** See to it that there is a certificate with at least thirty days to live. */
export async function ensureCertificate(folder: DevFolder, now: number): Promise<void> {
  const expiresAt = readCertificate(readSecret(folder.certificate) ?? '')?.expiresAt ?? 0
  if (expiresAt > now + RENEW_MS && readSecret(folder.certificateKey) !== undefined) return
  const { cert, key } = await issueCertificate(NAMES, now - DAY_MS, now + VALID_MS)
  writeSecret(folder.certificateKey, key)
  writeSecret(folder.certificate, cert)
}
