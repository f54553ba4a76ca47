import { z } from 'zod'
import { isInsideAddress } from '../../platform/client-address.ts'
import type { NameOutcome } from '../../platform/names.ts'
import type { DnsLook, PortLook } from './look.ts'
import type { Records } from './records.ts'
import type { SiteLook } from './site.ts'

export const CHECKS = ['cname', 'address', 'txt', 'proxy', 'claim', 'site', 'caa', 'port_80', 'certificate'] as const
const CHECK_OUTCOMES = ['passed', 'warning', 'failed'] as const

/** One thing that was looked at. `hint`: what to do; null where nothing is to be done. */
export const check = z.object({
  name: z.enum(CHECKS),
  outcome: z.enum(CHECK_OUTCOMES),
  expected: z.string(),
  found: z.string(),
  hint: z.string().nullable(),
})
export type Check = z.infer<typeof check>

/** As they are stored; `at` in Unix ms. */
export const datedChecks = z.array(check.extend({ at: z.number() }))

type Made = Omit<Check, 'name'>
const passed = (expected: string, found: string): Made => ({ outcome: 'passed', expected, found, hint: null })
const warning = (expected: string, found: string, hint: string): Made => ({ outcome: 'warning', expected, found, hint })
const failed = (expected: string, found: string, hint: string): Made => ({ outcome: 'failed', expected, found, hint })

/** What stands in DNS. `unanswered`: nobody could be asked, so nothing is known. */
export type Proof = 'proven' | 'partly' | 'missing' | 'unanswered'

const MOST_SHOWN = 4
/** Our name servers may know names of our own network, and whoever adds one learns from us what they lead to. */
const INSIDE = 'a private address'

function tell(outcome: NameOutcome): string {
  if (outcome.kind === 'none') return 'nothing'
  if (outcome.kind === 'unanswered') return `no answer (${outcome.reason})`
  const more = outcome.records.length - MOST_SHOWN
  const shown = outcome.records.slice(0, MOST_SHOWN).map((one) => (isInsideAddress(one) ? INSIDE : one))
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const says = (outcome: NameOutcome, record: string): boolean =>
  outcome.kind === 'records' && outcome.records.includes(record)

/** A name has one CNAME. What else is in the answer is the word of another name’s owner. */
const isOnly = (outcome: NameOutcome, record: string): boolean =>
  outcome.kind === 'records' && outcome.records.length === 1 && outcome.records[0] === record

const leadsTo = (addresses: NameOutcome, ours: NameOutcome): boolean =>
  addresses.kind === 'records' && addresses.records.every((one) => says(ours, one))

/** Whether the name is the application's: by a CNAME that names it, or by addresses and the TXT record. */
export function judgeProof({ cname, txt, addresses, ours }: DnsLook, records: Records): Proof {
  if (isOnly(cname, records.cname)) return 'proven'
  const isTold = says(txt, records.txt.value)
  if (isTold && addresses.kind === 'records') return 'proven'
  if (isTold || leadsTo(addresses, ours)) return 'partly'
  return [cname, addresses].some(({ kind }) => kind === 'unanswered') ? 'unanswered' : 'missing'
}

/** Everything that DNS was asked for, in the order in which somebody mends it. */
export function judgeDns(look: DnsLook, domain: string, records: Records): Check[] {
  if (isOnly(look.cname, records.cname))
    return [
      { name: 'cname', ...passed(records.cname, records.cname) },
      { name: 'caa', ...judgeCaa(look.caa) },
    ]
  const txt = judgeTxt(look, records)
  return [
    txt.outcome === 'passed'
      ? { name: 'address', ...judgeAddress(look) }
      : { name: 'cname', ...failed(records.cname, tell(look.cname), hintOfCname(look, domain, records)) },
    { name: 'txt', ...txt },
    ...judgeProxy(look),
    { name: 'caa', ...judgeCaa(look.caa) },
  ]
}

function hintOfCname({ cname }: DnsLook, domain: string, records: Records): string {
  if (cname.kind === 'unanswered') return 'The name servers of the domain do not answer. See whether they are up.'
  const otherwise = 'Where a name cannot have one, give it our addresses and the TXT record.'
  if (cname.kind === 'records') return `Change the CNAME record of ${domain} to ${records.cname}. ${otherwise}`
  return `Add a CNAME record of ${domain} to ${records.cname}. ${otherwise} If you just have: name servers that were asked before go on saying no for some minutes, an hour at most.`
}

const judgeAddress = ({ addresses }: DnsLook): Made =>
  addresses.kind === 'records'
    ? passed('an address', tell(addresses))
    : failed(
        'an address',
        tell(addresses),
        'Add an A or AAAA record with the address of this server, or the CNAME record.',
      )

function judgeTxt({ txt }: DnsLook, { txt: { name, value } }: Records): Made {
  if (says(txt, value)) return passed(value, value)
  const what = `Without the CNAME record, add a TXT record of ${name} with exactly this text.`
  return failed(value, tell(txt), what)
}

/** Addresses that are not those of the name of the application are of somebody in between. */
function judgeProxy({ addresses, ours }: DnsLook): Check[] {
  if (addresses.kind !== 'records' || ours.kind !== 'records') return []
  const expected = tell(ours)
  const found = tell(addresses)
  if (leadsTo(addresses, ours)) return [{ name: 'proxy', ...passed(expected, found) }]
  const hint =
    'The name leads to other addresses than ours. If your DNS provider stands in between (“proxied”), set it to DNS only; if you have a proxy of your own, it must pass the Host header on.'
  return [{ name: 'proxy', ...warning(expected, found, hint) }]
}

/** Which authority the proxy asks is not known here, so this is never more than a warning. RFC 8659 §4.2. */
function judgeCaa(caa: NameOutcome): Made {
  const expected = 'no CAA record, or one that names the authority of your certificates'
  if (caa.kind === 'unanswered')
    return warning(expected, tell(caa), 'An authority that gets no answer either issues no certificate.')
  if (caa.kind === 'none' || !caa.records.some((one) => one.startsWith('issue '))) return passed(expected, tell(caa))
  return caa.records.some((one) => /^issue letsencrypt\.org *(;|$)/i.test(one))
    ? passed(expected, tell(caa))
    : warning(
        expected,
        tell(caa),
        'Only these may issue. Let’s Encrypt needs `0 issue "letsencrypt.org"`; a record of a parent domain counts, too.',
      )
}

export const CLAIM_TAKEN: Check = {
  name: 'claim',
  ...failed(
    'a name that no other application of this server has',
    'another application has it',
    'Remove it there. It is also free again once its records have led elsewhere for thirty days.',
  ),
}

const DAY_MS = 86_400_000
const RENEW_MS = 14 * DAY_MS

/** What a browser would see, and whether an authority could. `now` in Unix ms. `asked`: the proxy has asked whether it may have a certificate. */
export function judgePorts({ certificate, plain }: PortLook, domain: string, now: number, asked: boolean): Check[] {
  return [
    { name: 'port_80', ...judgePlain(plain) },
    { name: 'certificate', ...judgeCertificate(certificate, domain, now, asked) },
  ]
}

function judgePlain(plain: PortLook['plain']): Made {
  const expected = 'an open port 80'
  if (plain === 'open') return passed(expected, 'open')
  if (plain === 'private_address') return warning(expected, 'a private address', NOT_FROM_HERE)
  return warning(
    expected,
    'closed',
    'Most proxies get certificates by port 80. Open it, unless yours needs port 443 alone.',
  )
}

const NOT_FROM_HERE =
  'The name leads to a private address, which this server does not dial. Look from where your users are.'

function judgeCertificate(seen: SeenIn, domain: string, now: number, asked: boolean): Made {
  const expected = `a trusted certificate for ${domain}`
  if (seen.kind === 'none') {
    const found = FOUND[seen.reason]
    const hint = seen.reason === 'private_address' ? NOT_FROM_HERE : HINTS[seen.reason === 'handshake' ? 'tls' : 'port']
    return asked && seen.reason !== 'handshake'
      ? warning(expected, `${found}; the proxy asks for one`, hint)
      : failed(expected, found, hint)
  }
  const found = `one by ${seen.issuer || 'nobody'} until ${new Date(seen.endsAt).toISOString()}`
  if (seen.kind === 'untrusted')
    return failed(
      expected,
      `${found} (${seen.reason})`,
      'The proxy serves another certificate. Its log says why it has none for this name.',
    )
  return seen.endsAt - now < RENEW_MS
    ? warning(expected, found, 'It ends soon. The log of the proxy says why it was not renewed.')
    : passed(expected, found)
}

type SeenIn = PortLook['certificate']

const FOUND = {
  private_address: 'a private address',
  timeout: 'nothing on port 443 (timeout)',
  network: 'nothing on port 443',
  handshake: 'a TLS server without one',
} as const

const HINTS = {
  port: 'Open port 443, and have the proxy serve this name.',
  tls: 'The proxy has no certificate for this name yet. It may take a minute; then its log says why.',
} as const

/** Whether browsers get through: by what was seen, or, where that cannot be seen from here, because the proxy asks for a certificate. */
export const isServed = ({ certificate }: PortLook, asked: boolean): boolean =>
  certificate.kind === 'trusted' || (asked && certificate.kind === 'none' && certificate.reason !== 'handshake')

/** Nothing to say where a page of its own site calls it, or none does. */
export function judgeSite({ own, pages }: SiteLook): Check[] {
  if (pages.length === 0) return []
  const hint = `Browsers keep its cookies from these pages. Take a name below ${pages[0]}, or bind sessions to a key.`
  return [
    {
      name: 'site',
      ...warning(`a name of the site of your pages: ${pages.slice(0, MOST_SHOWN).join(', ')}`, own, hint),
    },
  ]
}
