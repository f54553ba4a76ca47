import { call, client, myIdentifiers, sendCode, whoIsLoggedIn } from './auth.js'

const views = ['email', 'code', 'inside']
const one = (selector) => document.querySelector(selector)

function show(view) {
  for (const id of views) one(`#${id}`).hidden = id !== view
}

/** What the form of a view does; what goes wrong is said below. */
function onSubmit(view, act) {
  one(`#${view}`).addEventListener('submit', async (event) => {
    event.preventDefault()
    await attempt(() => act(new FormData(event.target)))
  })
}

async function attempt(act) {
  one('#fault').textContent = ''
  try {
    await act()
  } catch (error) {
    one('#fault').textContent = String(error)
  }
}

async function enter() {
  if (!(await whoIsLoggedIn())) return show('email')
  const [{ value }] = await myIdentifiers()
  one('#who').textContent = value
  const me = await call('/api/me')
  one('#me').textContent = JSON.stringify(await me.json())
  show('inside')
}

onSubmit('email', async (form) => {
  await sendCode(form.get('email'))
  show('code')
})
onSubmit('code', async (form) => {
  await client.checkOTP(form.get('code'))
  await enter()
})
onSubmit('inside', async () => {
  await client.logout()
  show('email')
})
attempt(enter)
