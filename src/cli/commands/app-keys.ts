import { rfc3339 } from '../../platform/clock.ts'
import { call } from '../api/declared.ts'
import { fill, operationOf } from '../api/operations.ts'
import type { Ways } from '../api/target.ts'
import type { NewLimits, NewTimes } from '../key-flags.ts'
import type { Outcome } from '../outcome.ts'
import { type KeyRow, tellKeys, tellNewKey, tellRevokedKey, tellRotatedKey } from '../told-keys.ts'

type ApiKey = Omit<KeyRow, 'key_id' | 'app_id'> & { readonly id: string }

const rowOf = ({ id, ...key }: ApiKey, app_id: string): KeyRow => ({ key_id: id, app_id, ...key })

const timeOf = (ms: number | undefined) => (ms === undefined ? undefined : rfc3339(ms))

async function ask(
  ways: Pick<Ways, 'channel'>,
  id: string,
  values: { readonly appID: string; readonly keyID?: string },
  body: object | undefined,
  tell: (answer: unknown) => Outcome,
): Promise<Outcome> {
  const operation = operationOf(id)
  const said = { path: fill(operation, { ...values }), query: '', body: body && JSON.stringify(body) }
  return await call(ways, operation, said, tell)
}

export const createAppKey = (
  ways: Pick<Ways, 'channel'>,
  app: string,
  { name, permissions, allowedNetworks, expiresAt }: NewLimits & { readonly name: string },
): Promise<Outcome> =>
  ask(
    ways,
    'createKey',
    { appID: app },
    { name, permissions, allowed_networks: allowedNetworks, expires_at: timeOf(expiresAt) },
    (answer) => {
      const { key, management_key } = answer as { key: ApiKey; management_key: string }
      return tellNewKey(rowOf(key, app), management_key)
    },
  )

export const listAppKeys = (ways: Pick<Ways, 'channel'>, app: string): Promise<Outcome> =>
  ask(ways, 'listKeys', { appID: app }, undefined, (answer) =>
    tellKeys((answer as { keys: readonly ApiKey[] }).keys.map((key) => rowOf(key, app))),
  )

export const revokeAppKey = (ways: Pick<Ways, 'channel'>, app: string, id: string): Promise<Outcome> =>
  ask(ways, 'deleteKey', { appID: app, keyID: id }, undefined, () => tellRevokedKey(id))

export const rotateAppKey = (
  ways: Pick<Ways, 'channel'>,
  app: string,
  id: string,
  { overlapMs, expiresAt }: NewTimes,
): Promise<Outcome> =>
  ask(
    ways,
    'rotateKey',
    { appID: app, keyID: id },
    { overlap_seconds: overlapMs / 1000, expires_at: timeOf(expiresAt) },
    (answer) => {
      const { key, management_key, previous } = answer as { key: ApiKey; management_key: string; previous: ApiKey }
      return tellRotatedKey(rowOf(key, app), management_key, rowOf(previous, app))
    },
  )
