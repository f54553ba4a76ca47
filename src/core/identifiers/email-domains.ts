import { normaliseIdentifier } from './identifier.ts'

export type Domains =
  | { kind: 'domains'; domains: readonly string[] }
  | { kind: 'problem'; index: number; reason: string }

/** E-mail domains in the form in which those of addresses are compared. One that many may register names below belongs to nobody. */
export async function readDomains(written: readonly string[]): Promise<Domains> {
  const { parse } = await import('tldts')
  const domains = new Set<string>()
  for (const [index, text] of written.entries()) {
    const address = await normaliseIdentifier({ type: 'email_address', value: `x@${text}` })
    const domain = address?.value.slice(2)
    if (domain === undefined) return { kind: 'problem', index, reason: 'is no domain of e-mail addresses' }
    const { publicSuffix } = parse(domain, { allowPrivateDomains: true })
    if (publicSuffix === domain) return { kind: 'problem', index, reason: 'is a suffix that many companies share' }
    domains.add(domain)
  }
  return { kind: 'domains', domains: [...domains] }
}
