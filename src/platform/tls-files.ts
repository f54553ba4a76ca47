import { readFile } from 'node:fs/promises'
import type { Server } from 'node:tls'
import { type Certificate, readCertificate } from '../crypto/certificate.ts'
import { expireAfter } from './clock.ts'
import type { Deps } from './deps.ts'
import { isPair, type TlsFiles, type TlsPair } from './tls-pair.ts'

const SOON_MS = 14 * 86_400_000

export type Validity = 'valid' | 'expires soon' | 'has expired' | 'is not valid yet'

/** Whether clients take a certificate now, and in a fortnight. */
export function validityOf(
  { notBefore, expiresAt }: Pick<Certificate, 'notBefore' | 'expiresAt'>,
  now: number,
): Validity {
  if (now < notBefore) return 'is not valid yet'
  if (now >= expiresAt) return 'has expired'
  return now >= expiresAt - SOON_MS ? 'expires soon' : 'valid'
}

const READ_MS = 5_000

/** What the files hold now, or what is wrong with them. */
async function readPair(files: TlsFiles): Promise<TlsPair | { readonly fault: string }> {
  const read = (path: string) => readFile(path, { encoding: 'utf8', signal: expireAfter(READ_MS) })
  try {
    const [cert, key] = await Promise.all([read(files.cert), read(files.key)])
    return isPair({ cert, key })
      ? { cert, key }
      : { fault: 'the files are not a certificate and its private key in PEM' }
  } catch (error) {
    return { fault: `the files cannot be read: ${(error as Error).message}` }
  }
}

/** Keeps a server's certificate the one in its files. */
export interface Renewal {
  /** Look whether the files have changed. `isAsked`: somebody waits for what is logged. */
  look(isAsked: boolean): Promise<void>
}

/**
 * Serve what the files hold, from the next connection on. A pair that cannot be served is logged, and the old one stays; between the write of
 * one file and that of the other it is no fault, so who was not asked tells only when it looks for the second time. Also tells of a
 * certificate that clients do not take, or soon will not.
 */
export function keepRenewed(
  server: Pick<Server, 'setSecureContext'>,
  first: TlsPair,
  files: TlsFiles,
  { log, now, metrics }: Pick<Deps, 'log' | 'now' | 'metrics'>,
): Renewal {
  let served = first
  let told: Validity = 'valid'
  let lastFault: string | undefined
  let toldFault: string | undefined
  let underWay: Promise<void> | undefined

  function tellValidity() {
    const certificate = readCertificate(served.cert)
    if (certificate) metrics.certificateEnd.set({ listener: 'main' }, certificate.expiresAt / 1000)
    const validity = certificate ? validityOf(certificate, now()) : 'valid'
    const expires_at = certificate && new Date(certificate.expiresAt).toISOString()
    if (validity !== told && validity !== 'valid') log.warn({ expires_at }, `the certificate ${validity}`)
    told = validity
  }
  async function look(isAsked: boolean) {
    const read = await readPair(files)
    const fault = 'fault' in read ? read.fault : undefined
    if ('fault' in read) {
      const isNews = fault === lastFault && fault !== toldFault
      if (isAsked || isNews) {
        log.error({ fault }, 'a renewed certificate cannot be served: the old one is')
        toldFault = fault
      }
    } else if (read.cert !== served.cert || read.key !== served.key) {
      server.setSecureContext({ ...read })
      served = read
      log.info('a renewed certificate is served')
    } else if (isAsked) log.info('the certificate is the one that is served already')
    lastFault = fault
    toldFault = fault && toldFault
    tellValidity()
  }
  tellValidity()
  return {
    async look(isAsked) {
      await underWay
      underWay = look(isAsked).finally(() => {
        underWay = undefined
      })
      await underWay
    },
  }
}
