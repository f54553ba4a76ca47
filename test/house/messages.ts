import assert from 'node:assert/strict'
import { enqueueMessage, type NewMessage } from '../../src/core/messages/send.ts'
import { listMessages } from '../../src/core/messages/store.ts'
import type { MessageRow } from '../../src/core/messages/tables.ts'
import { listJobs } from '../../src/platform/jobs/store.ts'
import type { TestApp } from '../builders.ts'
import type { World } from '../world.ts'

export const PROVIDERS = '/config/messages/providers'
export const CODE = '739104'

/** Add a provider; answers what the API says of it. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
export async function provider(app: TestApp, body: object): Promise<any> {
  const answer = await app.manage(PROVIDERS, { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.provider
}

/** Queue a message with a code, good for ten minutes; a millisecond after the one before, so that it is the newest. */
export async function queue(w: World, app: TestApp, message: Partial<NewMessage> = {}): Promise<void> {
  w.advance(1)
  const { deps } = w
  const whole: NewMessage = {
    channel: 'email',
    recipient: 'ada@example.com',
    template: 'otp',
    values: { code: CODE },
    locale: 'en',
    sender: '',
    expiresAt: deps.now() + 600_000,
    suppressed: undefined,
    ...message,
  }
  await deps.transact((tx) => enqueueMessage(tx, deps, app.id, whole))
}

/** Queue a message and run what is due; answers its status. */
export async function deliverNow(w: World, app: TestApp, message: Partial<NewMessage> = {}): Promise<MessageRow> {
  await queue(w, app, message)
  await w.drain()
  return await newest(w, app)
}

/** The newest message of an application. */
export async function newest(w: World, app: TestApp): Promise<MessageRow> {
  const [row] = await listMessages(w.deps.db, app.id, 1)
  assert.ok(row, 'no message')
  return row
}

/** What stands in the status: status, provider, reason. */
export const told = ({ status, provider, reason }: MessageRow) => [status, provider, reason]

/** Whether work on messages is left. */
export const jobsLeft = async (w: World, app: TestApp): Promise<number> =>
  (await listJobs(w.deps.db)).filter((row) => row.app_id === app.id && row.kind === 'messages/send').length
