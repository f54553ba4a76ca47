import { PrldErrors, PrldSessionClient } from '@prelude.so/js-sdk/session'

/** Where Antiphon is, without `https://`. */
const domain = process.env.NEXT_PUBLIC_ANTIPHON ?? '127.0.0.1:8443'

/** One for the whole page. */
export const client = new PrldSessionClient({ domain })

/** The claims of whoever is logged in; undefined when nobody is. Throws when that cannot be told, as without a network. */
export async function whoIsLoggedIn() {
  try {
    return (await client.refresh()).user.profile
  } catch (error) {
    if (error instanceof PrldErrors.Unauthorized) return undefined
    throw error
  }
}

/** Send a code to an e-mail address. */
export const sendCode = (email) => client.startOTPLogin({ identifier: { type: 'email_address', value: email } })

/** fetch with the access token: the one at hand, or a new one when that has expired. */
export async function call(url, init = {}) {
  const { user } = await client.refresh()
  return await fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${user.accessToken}` } })
}

/** `[{ type: 'email_address', value: 'ana@example.com', … }]`: access tokens do not name them. */
export async function myIdentifiers() {
  const answer = await call(`https://${domain}/v1/session/me/identifiers`)
  return (await answer.json()).identifiers
}
