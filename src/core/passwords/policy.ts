import type { Deps } from '../../platform/deps.ts'
import { isBreached } from './breached.ts'
import { isCommon } from './common-passwords.ts'
import { findLack } from './compliancy.ts'
import { MAX_PASSWORD_LENGTH, type PasswordConfig } from './config.ts'

/** Why a password may not be set, as a sentence for its user; undefined when it may. */
export async function findFault(deps: Deps, config: PasswordConfig, password: string): Promise<string | undefined> {
  if (password.length > MAX_PASSWORD_LENGTH) return `A password has at most ${MAX_PASSWORD_LENGTH} characters.`
  if (!password.isWellFormed()) return 'A password does not hold halves of characters.'
  const lack = findLack(password, config.password_compliancy)
  if (lack) return lack
  if (config.refuse_common && (await isCommon(password))) return 'This password is among the most common ones.'
  const { enabled, range_url } = config.breached_lookup
  if (enabled && (await isBreached(deps, range_url, password))) return 'This password is known from a breach elsewhere.'
  return undefined
}
