import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import type { Application } from '../../core/applications/application.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { deleteLane, findLane, insertLane } from '../../core/webhooks/store/lanes.ts'
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  putSubscriptions,
} from '../../core/webhooks/store/webhooks.ts'
import { ERASE_WEBHOOK } from '../../core/webhooks/sweep.ts'
import type { WebhookRow } from '../../core/webhooks/tables.ts'
import { optionsShape, sealToken } from '../../core/webhooks/webhook.ts'
import { hashSecret } from '../../crypto/opaque-token.ts'
import type { Config } from '../../platform/config.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { failure, MAX_WEBHOOKS } from './failures.ts'
import { detailsOf, toldOf, viewOf, withoutToken } from './view.ts'
import {
  appParams,
  common,
  eventTypes,
  ONE,
  PATH,
  url,
  verificationToken,
  webhookParams,
  webhookResponse,
  webhookView,
} from './wire.ts'

const body = z
  .object({
    kind: z.enum(['push', 'pull']).default('push').meta({
      description: '`push`: sent to the URL. `pull`: read by `GET …/events`; it has no URL and needs no activation.',
    }),
    url: url.optional(),
    verification_token: verificationToken.optional(),
    events: eventTypes,
    options: optionsShape.optional(),
    force: z.boolean().default(false).meta({
      description: 'Take a URL that another webhook has: events of both arrive there, each by a delivery of its own.',
    }),
  })
  .meta({ id: 'WebhookInput' })
type Body = z.output<typeof body>

/** What is wrong with a body besides its shape. */
function problemOf({ kind, url: given, verification_token }: Body, config: Pick<Config, 'allowPrivateHooks'>) {
  if (kind === 'pull') return undefined
  if (given === undefined) return 'body.url: is required'
  if (verification_token === undefined) return 'body.verification_token: is required'
  return problemOfUrl(given, config)
}

/** What is wrong with a URL besides its shape. */
export const problemOfUrl = (text: string, config: Pick<Config, 'allowPrivateHooks'>): string | undefined =>
  config.allowPrivateHooks || text.startsWith('https:') ? undefined : 'body.url: must be https'

export const urlHashOf = (text: string): string => hashSecret(text)

function rowOf(deps: Deps, appId: string, given: Body): WebhookRow {
  const id = newId('web', deps)
  const now = deps.now()
  const isPushed = given.kind === 'push'
  const { url: to = '', verification_token: token = '' } = isPushed ? given : {}
  return {
    app_id: appId,
    id,
    kind: given.kind,
    url: to,
    url_hash: isPushed ? urlHashOf(to) : '',
    twin: isPushed && !given.force ? '' : id,
    sealed_token: isPushed ? sealToken(deps, appId, id, token) : '',
    events: JSON.stringify(given.events),
    options: JSON.stringify(optionsShape.parse(given.options ?? {})),
    // There is nobody to ask whether it wants to be pulled.
    active: isPushed ? 0 : 1,
    paused_reason: null,
    created_at: now,
    updated_at: now,
  }
}

async function save(deps: Deps, { id: appId }: Application, given: Body): Promise<WebhookRow | 'url_exists' | 'many'> {
  const row = rowOf(deps, appId, given)
  tellChange(deps, { target: { webhookID: row.id }, after: toldOf(row), shown: withoutToken })
  return await deps.transact(async (tx) => {
    const others = await listWebhooks(tx, appId)
    // Two at once may make one too many.
    if (others.length >= MAX_WEBHOOKS) return 'many'
    if (row.twin === '' && others.some(({ url_hash }) => url_hash === row.url_hash)) return 'url_exists'
    if (!(await insertWebhook(tx, row))) return 'url_exists'
    await insertLane(tx, appId, row.id)
    if (row.active === 1) await putSubscriptions(tx, appId, row.id, given.events)
    return row
  })
}

export const create = endpoint({
  ...common,
  method: 'POST',
  path: PATH,
  permission: 'webhooks:write',
  operationId: 'createWebhook',
  summary: 'Register a webhook. It gets events once it is activated; one of kind `pull`, which has no URL, at once',
  params: appParams,
  body,
  response: webhookResponse,
  status: 201,
  failures: [universal.invalid_request, notFound, failure.webhook_url_exists, failure.too_many_webhooks],

  async handle({ app, body: given, fail }, deps) {
    const problem = problemOf(given, deps.config)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const saved = await save(deps, app, given)
    if (saved === 'many') return fail(failure.too_many_webhooks)
    if (saved === 'url_exists') return fail(failure.webhook_url_exists)
    return { body: { webhook: (await detailsOf(deps, saved)) ?? fail(notFound) } }
  },
})

export const list = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  permission: 'webhooks:read',
  operationId: 'listWebhooks',
  summary: 'List the webhooks, oldest first',
  params: appParams,
  response: z.object({ webhooks: z.array(webhookView) }).meta({ id: 'WebhooksResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const rows = await listWebhooks(deps.db, app.id)
    const lanes = await Promise.all(rows.map(({ id }) => findLane(deps.db, app.id, id)))
    return { body: { webhooks: rows.flatMap((row, i) => (lanes[i] ? viewOf(row, lanes[i]) : [])) } }
  },
})

export const read = endpoint({
  ...common,
  method: 'GET',
  path: ONE,
  permission: 'webhooks:read',
  operationId: 'getWebhook',
  summary: 'Read a webhook, with how it is and what waits for it',
  params: webhookParams,
  response: webhookResponse,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findWebhook(deps.db, app.id, params.webhookID)) ?? fail(notFound)
    return { body: { webhook: (await detailsOf(deps, row)) ?? fail(notFound) } }
  },
})

export const remove = endpoint({
  ...common,
  method: 'DELETE',
  path: ONE,
  permission: 'webhooks:write',
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook, with what waits for it and its log',
  params: webhookParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params: { webhookID }, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      const before = await findWebhook(tx, app.id, webhookID)
      if (!before || !(await deleteWebhook(tx, app.id, webhookID))) return false
      tellChange(deps, { before: toldOf(before), shown: withoutToken })
      await putSubscriptions(tx, app.id, webhookID, [])
      await deleteLane(tx, app.id, webhookID)
      await enqueue(tx, deps, app.id, ERASE_WEBHOOK, { webhook_id: webhookID })
      return true
    })
    return deleted ? {} : fail(notFound)
  },
})
