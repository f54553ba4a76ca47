/** The OpenID provider of a company, by which operators get into the console besides their passkeys. */
export interface Company {
  /** Exactly as its discovery document says it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

const ISSUER = 'ANTIPHON_CONSOLE_OIDC_ISSUER'
const ID = 'ANTIPHON_CONSOLE_OIDC_CLIENT_ID'
const SECRET = 'ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET'

/** Their variables. */
export const COMPANY: readonly string[] = [ISSUER, ID, SECRET]

export type CompanyOutcome =
  | { readonly kind: 'read'; readonly company: Company | undefined }
  | { readonly kind: 'fault'; readonly fault: string }

const fault = (text: string): CompanyOutcome => ({ kind: 'fault', fault: text })

/** Read the three variables, which come together or not at all. `given`: what is in files included. */
export function readCompany(given: Readonly<Record<string, string | undefined>>, allowHttp: boolean): CompanyOutcome {
  const { [ISSUER]: issuer, [ID]: clientId, [SECRET]: clientSecret } = given
  if (!issuer && !clientId && !clientSecret) return { kind: 'read', company: undefined }
  if (!issuer || !clientId || !clientSecret) return fault(`${ISSUER}, ${ID}, ${SECRET}: are set together, or none is`)
  const url = URL.parse(issuer)
  if (url?.protocol !== 'https:' && !(allowHttp && url?.protocol === 'http:'))
    return fault(`${ISSUER}: is no https URL`)
  if (url.username !== '' || url.password !== '' || /[?#]/.test(issuer))
    return fault(`${ISSUER}: has a query, a fragment or a user, and an issuer has none`)
  return { kind: 'read', company: { issuer, clientId, clientSecret } }
}
