import assert from 'node:assert/strict'
import type { Answer } from '../builders.ts'
import type { Browser } from './console.ts'
import { CLIENT_ID, CLIENT_SECRET, OWN_ISSUER, type Played } from './oauth.ts'

/** What a console is told of the company that `play(w, 'acme')` plays. */
export const COMPANY = { issuer: OWN_ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }

const BEGIN = '/console/company'
const CALLBACK = `${BEGIN}/callback`

/** Set out for the company. Answers what its provider sends back with the browser. */
export async function setOut(browser: Browser, played: Played): Promise<Record<string, string>> {
  const answer = await browser.open(BEGIN)
  assert.equal(answer.status, 303, JSON.stringify(answer.body))
  return played.consent(answer.headers.get('location') ?? '')
}

export const comeBack = (browser: Browser, sent: Record<string, string>): Promise<Answer> =>
  browser.arrive(`${CALLBACK}?${new URLSearchParams(sent)}`)

/** Through the company's pages and back, as whoever these claims are about. */
export async function byCompany(browser: Browser, played: Played, claims: Record<string, unknown>): Promise<Answer> {
  played.claims = claims
  return await comeBack(browser, await setOut(browser, played))
}

/** The word by which the login page is told why nobody was let in; empty for whoever was. */
export function refusalOf(answer: Answer): string {
  assert.equal(answer.status, 303, JSON.stringify(answer.body))
  const location = answer.headers.get('location') ?? ''
  const isIn = answer.headers.getSetCookie().some((one) => /^__Host-antiphon_console=aos_/.test(one))
  assert.equal(isIn, location === '/', location)
  return /^\/\?error=company_(\w+)$/.exec(location)?.[1] ?? ''
}
