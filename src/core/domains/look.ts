import { lookAtCertificate, type SeenCertificate } from '../../platform/certificate-look.ts'
import type { Deps } from '../../platform/deps.ts'
import type { NameOutcome } from '../../platform/names.ts'
import type { ConnectOutcome } from '../../platform/safe-fetch.ts'
import type { Records } from './records.ts'

/** What DNS says now of a name and of what it should point at. */
export interface DnsLook {
  readonly cname: NameOutcome
  readonly txt: NameOutcome
  readonly addresses: NameOutcome
  /** Of the name that a CNAME should point at. */
  readonly ours: NameOutcome
  /** Of the nearest name that has any; RFC 8659 §3. */
  readonly caa: NameOutcome
}

export async function lookAtDns({ lookUp }: Deps, domain: string, { cname, txt }: Records): Promise<DnsLook> {
  const addressesOf = async (name: string) => join(await Promise.all([lookUp(name, 'A'), lookUp(name, 'AAAA')]))
  const [found, said, addresses, ours, ...caas] = await Promise.all([
    lookUp(domain, 'CNAME'),
    lookUp(txt.name, 'TXT'),
    addressesOf(domain),
    addressesOf(cname),
    ...climb(domain).map((name) => lookUp(name, 'CAA')),
  ])
  return { cname: found, txt: said, addresses, ours, caa: caas.find(({ kind }) => kind !== 'none') ?? { kind: 'none' } }
}

/** Both families are one answer; what one of them says counts where the other says nothing. */
function join([v4, v6]: readonly [NameOutcome, NameOutcome]): NameOutcome {
  const records = [v4, v6].flatMap((one) => (one.kind === 'records' ? one.records : []))
  if (records.length > 0) return { kind: 'records', records }
  return v4.kind === 'unanswered' ? v4 : v6
}

const MOST_PARENTS = 6

/** The name and those above it, without the last label: `a.b.example` → `a.b.example`, `b.example`. */
const climb = (domain: string): string[] => {
  const labels = domain.split('.')
  return labels
    .slice(0, -1)
    .map((_, i) => labels.slice(i).join('.'))
    .slice(-MOST_PARENTS)
}

/** What stands at the name's first address. */
export interface PortLook {
  readonly certificate: SeenCertificate
  readonly plain: 'open' | 'private_address' | 'timeout' | 'network'
}

const CONNECT_MS = 3_000
const HANDSHAKE_MS = 5_000

/** Dial the address that DNS answered, as a browser and a certificate authority do. */
export async function lookAtPorts({ connect }: Deps, domain: string, address: string): Promise<PortLook> {
  const dial = (port: number) => connect({ host: address, port, timeoutMs: CONNECT_MS })
  const [certificate, plain] = await Promise.all([
    dial(443).then((outcome) => lookAtCertificate(outcome, domain, HANDSHAKE_MS)),
    dial(80).then(hangUp),
  ])
  return { certificate, plain }
}

function hangUp(outcome: ConnectOutcome): PortLook['plain'] {
  if (outcome.kind === 'failed') return outcome.reason
  outcome.socket.destroy()
  return 'open'
}
