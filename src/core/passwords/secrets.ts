import { z } from 'zod'
import type { NeededSecret, PasswordSecret } from '../../crypto/password-hash/reading.ts'
import { readImportedHash } from '../../crypto/password-hash.ts'
import type { Db } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import { findSecret } from './secret-store.ts'

export const box = sealing('password-secrets')
export const contextOf = (appId: string, name: string) => `${appId}/${name}`

const secretShape: z.ZodType<PasswordSecret> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pepper'), value: z.string() }),
  z.object({
    kind: z.literal('firebase_scrypt'),
    memCost: z.number(),
    rounds: z.number(),
    saltSeparator: z.string(),
    signerKey: z.string(),
  }),
])

export const sealSecret = (deps: Deps, appId: string, name: string, secret: PasswordSecret): string =>
  box.seal(deps, contextOf(appId, name), JSON.stringify(secret))

/** The secret that a hash needs; undefined when there is none of this name and kind, or it was sealed with another master key. */
export async function openSecret(deps: Deps, appId: string, needed: NeededSecret): Promise<PasswordSecret | undefined> {
  const row = await findSecret(deps.db, appId, needed.name)
  if (row?.kind !== needed.kind) return undefined
  const opened = box.open(deps, contextOf(appId, needed.name), row.sealed)
  return opened && secretShape.parse(JSON.parse(opened.toString('utf8')))
}

/** `problem`: for whoever imports the hash; repeats nothing of salt or digest. */
export type JudgedHash =
  | { kind: 'accepted'; hash: string }
  | { kind: 'refused'; code: 'invalid_password_hash' | 'unknown_password_secret'; problem: string }

/** Judge a hash of another system: whether its form is known, and what it needs is there. */
export async function judgeHash(db: Db, appId: string, text: string): Promise<JudgedHash> {
  const read = readImportedHash(text)
  if (read.kind === 'refused') return { ...read, code: 'invalid_password_hash' }
  const { hash, secret } = read
  if (!secret || (await findSecret(db, appId, secret.name))?.kind === secret.kind) return { kind: 'accepted', hash }
  const problem = `the hash names the ${secret.kind} ${secret.name}, which the application does not have`
  return { kind: 'refused', code: 'unknown_password_secret', problem }
}
