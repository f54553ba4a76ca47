import assert from 'node:assert/strict'
import { countUp, writeCounted } from '../../src/core/rollups/count.ts'
import { application, login, type TestApp, user } from '../builders.ts'
import { deliverNow, provider } from '../house/messages.ts'
import { pulled } from '../house/webhooks.ts'
import type { World } from '../world.ts'

const DAY_MS = 86_400_000
const DAYS = 30
/** As much as a profile takes, nearly. */
const LONG_CHARS = 15_000

const NAMES = ['Ada', 'Bo', 'Chloé', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hana', 'Ines', 'Jun', 'Kofi', 'Lena']
const FAMILIES = ['Ivanov', 'Okafor', 'Meier', 'Santos', 'Tanaka', 'Haddad', 'Larsen']
const COUNTRIES = ['DE', 'FR', 'US', 'BR', 'JP']

/** What nobody should be called, and somebody is. */
const HOSTILE = `<img src=x onerror="document.title='owned'"> "Ana" & \u202eevil\u202c`

/** How lively a day is: it grows, and rests at the weekend. */
const livelinessOf = (day: number) => Math.round((20 + day) * (day % 7 > 4 ? 0.5 : 1))

export interface Shop {
  readonly app: TestApp
  /** Somebody with something of everything, and a name that is none. */
  readonly userId: string
}

/** An application that people have used for a month, in which there is something of everything. The month ends now. */
export async function shopOf(w: World): Promise<Shop> {
  w.setWallClock(Date.now() - DAYS * DAY_MS)
  const app = await application(w, { name: 'Larkspur Shop' })
  await provider(app, { kind: 'mailbox', channel: 'email', options: {} })
  await app.manage('/config/scopes', { body: { scope: 'orders:read' } })
  await app.manage('/config/groups', { body: { name: 'staff', scopes: ['orders:read'] } })
  await pulled(app)
  for (let day = 0; day < DAYS; day++) {
    countADay(w, app, day)
    await writeCounted(w.deps)
    if (day > DAYS - 8) await someoneComes(w, app, day)
    w.advance(DAY_MS)
  }
  const userId = await user(w, app, { email: 'ana@example.com', externalId: 'customer-1' })
  const body = { name: HOSTILE, long: 'x'.repeat(LONG_CHARS) }
  const answer = await app.manage(`/users/${userId}/profile`, { method: 'PATCH', body })
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
  await login(w, app, userId)
  await deliverNow(w, app, { recipient: 'ana@example.com' })
  return { app, userId }
}

function countADay({ deps }: World, { id }: TestApp, day: number): void {
  const many = livelinessOf(day)
  const count = (metric: Parameters<typeof countUp>[2], labels: Record<string, string>, n: number) => {
    if (n > 0) countUp(deps, id, metric, labels, n)
  }
  count('session_started', { way: 'code' }, many)
  count('session_started', { way: 'password' }, Math.round(many * 0.6))
  count('session_started', { way: 'passkey' }, Math.round(many * 0.02 * day))
  count('session_ended', { reason: 'logged_out', way: 'code' }, Math.round(many * 0.3))
  count('password_login', { outcome: 'right', hash: 'own' }, Math.round(many * 0.6))
  count('password_login', { outcome: 'wrong', hash: 'own' }, day === 21 ? 90 : Math.round(many * 0.1))
  count('login_refused', { way: 'passkey' }, day % 5)
  count('exchange', { outcome: 'exchanged', way: 'hook' }, Math.round(many * 0.9 ** day))
  for (const [i, country] of COUNTRIES.entries()) {
    const sent = Math.round(many / (i + 1))
    const share = country === 'BR' && day > 24 ? 0.3 : 0.9
    count('message', { outcome: 'sent', channel: 'sms', country, provider: 'twilio' }, sent)
    count('code', { outcome: 'entered', channel: 'sms', country }, Math.round(sent * share))
  }
  count('message', { outcome: 'failed', channel: 'sms', country: 'BR', provider: 'twilio' }, day > 24 ? 6 : 0)
}

async function someoneComes(w: World, app: TestApp, day: number): Promise<void> {
  for (let i = 0; i < 4; i++) {
    const n = day * 4 + i
    const [first, last] = [NAMES[n % NAMES.length] ?? '', FAMILIES[n % FAMILIES.length] ?? '']
    const email = `${first}.${last}@example.com`
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z.@]/g, '')
    const profile = { first_name: first, last_name: last }
    const id = await user(w, app, { email, externalId: `customer-${n}`, profile })
    await login(w, app, id)
    if (i === 0) await deliverNow(w, app, { recipient: email })
  }
}
