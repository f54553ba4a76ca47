import type { Certificate } from '../../crypto/certificate.ts'
import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import { validityOf } from '../../platform/tls-files.ts'

const topic = 'certificate'
const RENEW = 'Renew it in its file: `serve` takes the new one within seconds.'

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Whether clients take the certificate that we serve; `now` in Unix ms. */
export function judgeValidity(certificate: Certificate, now: number): Finding {
  const validity = validityOf(certificate, now)
  const { notBefore, expiresAt } = certificate
  if (validity === 'is not valid yet') {
    return fault(topic, `it is not valid before ${dayOf(notBefore)}: clients refuse it`, 'Serve another until then.')
  }
  if (validity === 'has expired') return fault(topic, `it expired on ${dayOf(expiresAt)}: clients refuse it`, RENEW)
  if (validity === 'expires soon') return hint(topic, `it expires on ${dayOf(expiresAt)}, within 14 days`, RENEW)
  return ok(topic, `it is valid until ${dayOf(expiresAt)}`)
}

const MOST_NAMED = 5
const some = (names: readonly string[]) =>
  names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '')

/** Whether it is for the hosts at which applications answer. */
export function judgeNames({ names, covers }: Certificate, hosts: readonly string[]): Finding[] {
  if (hosts.length === 0) return []
  const uncovered = hosts.filter((host) => !covers(host))
  if (uncovered.length === 0) return [ok(topic, 'it is for every host at which an application answers')]
  const own = names.length === 0 ? 'no name at all' : some(names)
  if (uncovered.length === hosts.length) {
    const mend = `Serve one for ${some(hosts)}.`
    return [fault(topic, `it is for ${own}: no application answers there`, mend)]
  }
  return [
    hint(
      topic,
      `it is for ${own}, not for ${some(uncovered)}`,
      'Serve one for these too, unless a proxy answers there.',
    ),
  ]
}
