import { type Certificate, readCertificate } from '../crypto/certificate.ts'
import { resident } from './deps.ts'
import type { TlsPair } from './tls-pair.ts'

/** The certificate that the main listener shows. */
export const servedCertificate = resident(({ config }) => {
  let served = config.tls
  return {
    replace(pair: TlsPair) {
      served = pair
    },
    /** Undefined where no TLS is served. */
    read: (): Certificate | undefined => served && readCertificate(served.cert),
  }
})
