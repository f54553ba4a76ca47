// The configuration of a legacy application on Auth.js: its sessions are in cookies, or in a database.
export const secret = 'a secret of the legacy application'
export const database = { broken: false, sessions: new Map() }

const users = new Map([['17', { id: '17', email: 'mia@lumen.example', emailVerified: new Date(), name: 'Mia' }]])

export async function userById(id) {
  if (database.broken) throw new Error('no database')
  return users.get(id)
}

async function getSessionAndUser(token) {
  const user = await userById('17')
  const session = database.sessions.get(token)
  return session ? { session, user } : null
}

export const adapter = process.env.AUTH_STRATEGY === 'database' ? { getSessionAndUser } : undefined
