import { addSamlKey, findSigningKey, listSamlKeys, signingKeyOf, switchSamlKey } from '../core/saml-connections/keys.ts'
import type { SamlKeyRow } from '../core/saml-connections/tables.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { byCli } from './by-cli.ts'
import { columns, done, type Outcome, refused } from './outcome.ts'

/** `antiphon saml keys` */
export async function listKeysOfSaml(deps: Deps, appId: string): Promise<Outcome> {
  return await ofApp(deps, appId, async () => {
    const rows = await listSamlKeys(deps.db, appId)
    const views = rows.map((row) => viewOf(row, signingKeyOf(rows)))
    const lines = views.map((one) => [`${one.generation}`, one.state, one.created_at, one.expires_at])
    return done(
      views,
      columns([['KEY', 'STATE', 'CREATED', 'ENDS'], ...lines], 'There is no key: the first connection makes it.'),
    )
  })
}

function viewOf(row: SamlKeyRow, signing: SamlKeyRow | undefined) {
  const state = row.generation === signing?.generation ? 'signs' : 'over'
  return {
    generation: row.generation,
    state: row.signs_since === null ? 'announced' : state,
    certificate: row.certificate,
    created_at: rfc3339(row.created_at),
    expires_at: rfc3339(row.expires_at),
  }
}

const findAnnounced = async (deps: Deps, appId: string): Promise<SamlKeyRow | undefined> =>
  (await listSamlKeys(deps.db, appId)).find(({ signs_since }) => signs_since === null)

/** `antiphon saml announce-key`. `pairOf`: where its pair comes from. */
export async function announceKey(
  deps: Deps,
  appId: string,
  pairOf?: Parameters<typeof addSamlKey>[4],
): Promise<Outcome> {
  return await ofApp(deps, appId, async () => {
    if (await findAnnounced(deps, appId)) return refused('a key is announced already; see `antiphon saml keys`')
    const { generation } = await findSigningKey(deps, appId)
    const target = { generation: String(generation + 1) }
    await byCli(deps, { appId, operation: 'announceSAMLKey', target }, (mine) =>
      addSamlKey(mine, appId, generation + 1, null, pairOf),
    )
    const made = await findAnnounced(deps, appId)
    if (!made) return refused('somebody else has announced a key, and switched to it, at the same time')
    return done(
      viewOf(made, undefined),
      [
        `Key ${made.generation} is announced: its certificate stands in the metadata of every connection.`,
        'Let each identity provider read the metadata anew, or upload this certificate beside the old one:',
        made.certificate.trim(),
        `Then, in some thirty days: antiphon saml switch-key --app ${appId}`,
      ].join('\n'),
    )
  })
}

/** `antiphon saml switch-key` */
export async function switchKey(deps: Deps, appId: string): Promise<Outcome> {
  return await ofApp(deps, appId, async () => {
    const next = await findAnnounced(deps, appId)
    const switched =
      next &&
      (await byCli(
        deps,
        { appId, operation: 'switchSAMLKey', target: { generation: String(next.generation) } },
        (mine) => mine.transact((tx) => switchSamlKey(tx, appId, next.generation, deps.now())),
      ))
    if (!next || !switched) return refused(`no key is announced: antiphon saml announce-key --app ${appId}`)
    return done(
      viewOf({ ...next, signs_since: deps.now() }, next),
      `Key ${next.generation} signs. The metadata names no other; take the old certificate away from identity providers.`,
    )
  })
}
