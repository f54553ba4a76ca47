'use client'
import { useEffect, useState } from 'react'
import { call, client, myIdentifiers, sendCode, whoIsLoggedIn } from './auth.js'

/** `undefined` while nobody knows, `null` when nobody is logged in. */
export default function Page() {
  const [user, setUser] = useState()
  const [fault, setFault] = useState('')
  const attempt = async (act) => {
    setFault('')
    await act().catch((error) => setFault(String(error)))
  }
  const enter = async () => setUser((await whoIsLoggedIn()) ? await readUser() : null)
  const leave = async () => {
    await client.logout()
    setUser(null)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens.
  useEffect(() => void attempt(enter), [])
  return (
    <>
      {user === undefined && !fault && <p>One moment…</p>}
      {user === null && <Login attempt={attempt} onLogin={enter} />}
      {user && <Inside user={user} onLeave={() => attempt(leave)} />}
      <p role="alert">{fault}</p>
    </>
  )
}

/** Who it is by Antiphon, and what the route of this app says. */
async function readUser() {
  const [{ value }] = await myIdentifiers()
  const answer = await call('/api/me')
  return { email: value, said: JSON.stringify(await answer.json()) }
}

function Login({ attempt, onLogin }) {
  const [isSent, setSent] = useState(false)
  const send = async (form) => {
    await sendCode(form.get('email'))
    setSent(true)
  }
  const check = async (form) => {
    await client.checkOTP(form.get('code'))
    await onLogin()
  }
  const submit = (act) => (event) => {
    event.preventDefault()
    attempt(() => act(new FormData(event.target)))
  }
  return isSent ? (
    <form key="code" onSubmit={submit(check)}>
      <label>
        Code <input name="code" inputMode="numeric" autoComplete="one-time-code" required />
      </label>
      <button type="submit">Log in</button>
    </form>
  ) : (
    <form key="email" onSubmit={submit(send)}>
      <label>
        E-mail address <input name="email" type="email" autoComplete="email" required />
      </label>
      <button type="submit">Send a code</button>
    </form>
  )
}

function Inside({ user, onLeave }) {
  return (
    <>
      <p>
        Logged in as <b>{user.email}</b>
      </p>
      <p>
        The route says <code id="me">{user.said}</code>
      </p>
      <button type="button" onClick={onLeave}>
        Log out
      </button>
    </>
  )
}
