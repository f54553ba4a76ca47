import { findFederatedOwner, insertFederatedIdentity } from '../../src/core/federation/store.ts'
import type { TestApp } from '../builders.ts'
import type { World } from '../world.ts'

/** Link an account at a provider with one issuer to a user. */
export const linkAccount = (
  w: World,
  app: TestApp,
  userId: string,
  provider: string,
  subject: string,
  email?: string,
) =>
  w.deps.transact((tx) => insertFederatedIdentity(tx, w.deps, app.id, userId, { provider, issuer: '', subject, email }))

/** The user whom an account at a provider with one issuer belongs to. */
export const holderOf = (w: World, app: TestApp, provider: string, subject: string) =>
  findFederatedOwner(w.deps.db, app.id, { provider, issuer: '', subject })
