import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'
import { isLoopback } from './loopback.ts'

/** For a year; names below ours are not ours to speak for. RFC 6797 §6.1. */
export const HTTPS_ALONE = 'max-age=31536000'

/** Whether a `Host` is another name than `localhost`, where the header would hold for whatever else is developed on that machine. */
export const isElsewhere = (host = ''): boolean => !isLoopback(host.replace(PORT, '').replace(BRACKETS, ''))

const PORT = /:\d*$/
const BRACKETS = /^\[|\]$/g

/** What browsers are told about every answer; it is the same for all, so it is made once. */
export function securityHeaders(): Record<string, string> {
  const made = new ServerResponse(new IncomingMessage(new Socket()))
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: false,
  })(made.req, made, () => {})
  return Object.fromEntries(Object.entries(made.getHeaders()).map(([name, value]) => [name, String(value)]))
}
