import { PrldErrors, PrldSessionClient } from '@prelude.so/js-sdk/session'
import { MOVED_KEY, moveOver } from '../clients/exchange.ts'

/* global ANTIPHON, MOVING */
const client = new PrldSessionClient({ domain: ANTIPHON })
const one = (selector) => document.querySelector(selector)

/** The session of old, as the exchange wants it. */
const old = {
  async freshLegacyToken() {
    const answer = await fetch('/ticket')
    if (!answer.ok) throw new Error(`The shop answered ${answer.status}`)
    return (await answer.json()).token ?? undefined
  },
  isOver: () => false,
  heldLegacyToken: async () => undefined,
  forgetLegacySession: () => fetch('/logout', { method: 'POST' }),
}

/** `later`: nobody could tell, so the cookie of old still counts. */
async function enter() {
  const outcome = MOVING ? await moveOver(ANTIPHON, client, old) : 'here'
  const headers = outcome === 'later' ? {} : await authorization()
  const answer = headers && (await fetch('/api/orders', { headers }))
  show(answer?.ok ? await answer.json() : undefined)
}

/** Undefined when nobody is logged in. */
async function authorization() {
  try {
    return { authorization: `Bearer ${(await client.refresh()).user.accessToken}` }
  } catch (error) {
    if (!(error instanceof PrldErrors.Unauthorized)) throw error
  }
}

function show(user) {
  one('#login').hidden = Boolean(user)
  one('#inside').hidden = !user
  if (user) one('#who').textContent = `customer ${user.customer}, with ${user.orders} orders`
}

/** What a form does; what goes wrong is said below. */
const onSubmit = (form, act) =>
  one(form).addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(() => act(new FormData(event.target)))
  })

async function attempt(act) {
  one('#fault').textContent = ''
  await act().catch((error) => {
    one('#fault').textContent = String(error)
  })
}

onSubmit('#login', async (form) => {
  await client.loginWithPassword({ identifier: form.get('email'), password: form.get('password') })
  await enter()
})
onSubmit('#inside', async () => {
  await client.logout()
  localStorage.removeItem(MOVED_KEY)
  show(undefined)
})
attempt(enter)
