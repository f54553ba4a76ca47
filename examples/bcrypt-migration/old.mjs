// The shop as it was: a table of users with bcrypt hashes, a table of sessions, a cookie. Nothing here knows Antiphon.
import { createHash, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { compare, hash } from '@node-rs/bcrypt'

const DAY_SECONDS = 86_400
const db = new DatabaseSync(process.env.SHOP_DATABASE ?? 'shop.db')
db.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, password_hash TEXT, orders INTEGER);
  CREATE TABLE IF NOT EXISTS sessions (token_hash TEXT PRIMARY KEY, user_id INTEGER, expires_at INTEGER)`)

/** The shop's customers, each with the password `correct horse battery`. */
export async function openShop() {
  if (allUsers().length > 0) return
  const add = db.prepare('INSERT INTO users (email, name, password_hash, orders) VALUES (?, ?, ?, ?)')
  for (const [name, orders] of [
    ['ana', 3],
    ['bea', 1],
  ])
    add.run(`${name}@shop.example`, name, await hash('correct horse battery', 10), orders)
}

export const allUsers = () => db.prepare('SELECT * FROM users').all()
export const userById = (id) => db.prepare('SELECT * FROM users WHERE id = ?').get(Number(id))

export async function userByPassword(email, password) {
  const user = db.prepare('SELECT * FROM users WHERE email = ?').get(email)
  return user && (await compare(password, user.password_hash)) ? user : undefined
}

const hashOf = (token) => createHash('sha256').update(token).digest('hex')

/** The token of a new session; with a prefix it is no cookie. */
export function openSession(userId, seconds = 30 * DAY_SECONDS, prefix = '') {
  const token = prefix + randomBytes(32).toString('base64url')
  db.prepare('INSERT INTO sessions VALUES (?, ?, ?)').run(hashOf(token), userId, Date.now() + seconds * 1000)
  return token
}

/** The user of a session that lives; undefined for any other token. */
export const userBySession = (token) =>
  db
    .prepare('SELECT users.* FROM users JOIN sessions ON user_id = id WHERE token_hash = ? AND expires_at > ?')
    .get(hashOf(token), Date.now())

export const endSession = (token) => db.prepare('DELETE FROM sessions WHERE token_hash = ?').run(hashOf(token))

/** The session's token in the cookie of a request; empty when there is none. It has no dot, so a ticket is none. */
export const cookieOf = (request) => /(?:^|; )sid=([\w-]+)(?:;|$)/.exec(request.get('cookie') ?? '')?.[1] ?? ''
export const COOKIE = { httpOnly: true, secure: true, sameSite: 'lax', maxAge: 30 * DAY_SECONDS * 1000 }
