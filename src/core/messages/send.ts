import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { enqueueApart } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { sealing } from '../../platform/key-set.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { emit } from '../events/store.ts'
import { countryOf } from '../identifiers/identifier.ts'
import { countUp } from '../rollups/count.ts'
import type { Rendered } from './adapter.ts'
import { type Delivery, deliver, withhold } from './deliver.ts'
import { maskRecipient } from './mask.ts'
import { findMessage, insertMessage, MESSAGE_PREFIX, updateMessage } from './store.ts'
import type { Channel, MessageRow } from './tables.ts'
import { render, type TemplateName, type Values } from './template.ts'

export const SEND_MESSAGE = 'messages/send'

export interface NewMessage {
  readonly channel: Channel
  /** Normalised address or number. */
  readonly recipient: string
  /** Name of the application's own template, or `otp`. */
  readonly template: TemplateName
  /** What the template shows; secret, so sealed until it leaves. `minutes` is counted anew at each try. */
  readonly values: Values
  readonly locale: string
  /** Name or number that the message comes from; empty for the provider's own. */
  readonly sender: string
  /** After this time nobody needs it: it is not tried again. Unix ms. */
  readonly expiresAt: number
  /** Queued like any other, then dropped: nobody must learn that nothing was meant to arrive. */
  readonly suppressed?: Suppression | undefined
}

/** Why a message is not meant to arrive: it would be one too many, or its recipient gets none. */
export type Suppression = 'budget' | 'recipient'

const letterShape = z.object({
  recipient: z.string(),
  values: z.record(z.string(), z.string()),
  sender: z.string(),
  suppressed: z.boolean(),
  suppressed_for: z.enum(['budget', 'recipient']).optional(),
})
type Letter = z.output<typeof letterShape>

export const letterBox = sealing('messages')

/** Send a message once this transaction commits. Its status stays to be read for 30 days; what was sent does not. */
export async function enqueueMessage(tx: Tx, deps: Deps, appId: string, message: NewMessage): Promise<void> {
  const id = newId(MESSAGE_PREFIX, deps)
  const now = deps.now()
  const { channel, recipient, template, locale, values, sender, suppressed } = message
  await insertMessage(tx, {
    app_id: appId,
    id,
    channel,
    recipient: maskRecipient(channel, recipient),
    template,
    locale,
    status: 'queued',
    provider: null,
    provider_id: null,
    reason: null,
    created_at: now,
    updated_at: now,
    expires_at: message.expiresAt,
  })
  const suppression = { suppressed: suppressed !== undefined, suppressed_for: suppressed }
  const letter = JSON.stringify({ recipient, values, sender, ...suppression } satisfies Letter)
  const sealed = letterBox.seal(deps, `${appId}/${id}`, letter)
  await enqueueApart(tx, deps, appId, SEND_MESSAGE, { message_id: id, sealed })
}

/**
 * Delivers one message by the first provider that takes it; again after 2 s, 4 s, 8 s … while it is still of use. A crash between a
 * provider's yes and our note of it sends the message once more, under the same id.
 */
export const sendMessageJob = job({
  kind: SEND_MESSAGE,
  payload: z.object({ message_id: z.string(), sealed: z.string() }),
  maxAttempts: 20,
  async run({ message_id: id, sealed }, { appId }, deps) {
    const app = await directory(deps).find(appId)
    const row = await findMessage(deps.db, appId, id)
    if (!app || row?.status !== 'queued') return
    const letter = openLetter(deps, row, sealed)
    const country = typeof letter === 'string' ? undefined : await countryFor(row, letter)
    const note = (end: Partial<MessageRow>) => deps.transact((tx) => noteEnd(tx, deps, row, end, country))
    if (typeof letter === 'string') return await note({ status: 'failed', reason: row.reason ?? letter })
    const outcome = await sendLetter(deps, app, await renderLetter(deps, app, row, letter), letter)
    const { reason } = outcome
    if (outcome.kind === 'refused') return await note({ status: 'failed', reason })
    if (outcome.kind === 'sent') {
      const { provider, providerId } = outcome
      return await note({ status: 'sent', provider, provider_id: providerId || null, reason })
    }
    await note({ reason })
    throw new Error(`no provider took the message: ${reason}`)
  },
})

/**
 * Write what came of a message, and count it. That one was given up is told, unless nothing was meant to arrive; such a one is counted all the same,
 * lest a write tell that a message has left.
 */
async function noteEnd(
  tx: Tx,
  deps: Deps,
  row: MessageRow,
  end: Partial<MessageRow>,
  country: string | undefined,
): Promise<void> {
  const { app_id, id, channel, recipient, template } = row
  const isNoted = await updateMessage(tx, app_id, id, end, deps.now())
  const { status, reason, provider } = end
  if (!isNoted || status === undefined) return
  const isWithheld = Object.values(NOT_SENT).includes(reason ?? '')
  const outcome = isWithheld ? 'withheld' : status
  countUp(deps, app_id, 'message', { channel, outcome, ...(provider && { provider }), ...(country && { country }) })
  if (status !== 'failed' || isWithheld) return
  const what = { message_id: id, channel, recipient, template }
  await emit(tx, deps, app_id, 'message.failed', { ...what, reason, failed_at: rfc3339(deps.now()) })
}

const countryFor = ({ channel }: MessageRow, { recipient: value }: Letter) =>
  countryOf({ type: channel === 'email' ? 'email_address' : 'phone_number', value })

/** What is to be sent, or why nothing is. */
function openLetter(deps: Deps, row: MessageRow, sealed: string): Letter | string {
  if (trustedTime(deps).isOver(row.expires_at)) return 'was not tried in time'
  const opened = letterBox.open(deps, `${row.app_id}/${row.id}`, sealed)
  if (!opened) return 'was sealed with another master key'
  const letter = letterShape.parse(JSON.parse(opened.toString('utf8')))
  return letter
}

async function sendLetter(deps: Deps, app: Application, rendered: Rendered, letter: Letter): Promise<Delivery> {
  if (!letter.suppressed) return await deliver(deps, app, rendered)
  await withhold(deps, app, rendered)
  return { kind: 'refused', reason: NOT_SENT[letter.suppressed_for ?? 'recipient'] }
}

const NOT_SENT: Readonly<Record<Suppression, string>> = {
  budget: 'budget: was one too many of those that nobody enters, to its recipient, its country or for its IP range',
  recipient: 'was not meant to be sent: the recipient is blocked or unknown',
}

async function renderLetter(deps: Deps, app: Application, row: MessageRow, letter: Letter): Promise<Rendered> {
  const { id, channel, template, locale, expires_at: expiresAt } = row
  const minutes = String(Math.ceil((expiresAt - deps.now()) / 60_000))
  const values = { ...letter.values, minutes }
  const texts = await render(deps.db, app, { channel, template, locale, values })
  const { recipient, sender } = letter
  return { ...texts, id, channel, recipient, sender, locale, expiresAt, values: { application: app.name, ...values } }
}
