import { z } from 'zod'

const MAX_ENTRIES = 100
const LOOPBACK = ['localhost', '127.0.0.1']

/** The form in which browsers send it: lower case, no default port. Undefined when it is none, or in clear text over a network. RFC 6454 §6. */
function normaliseOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^\s/?#@\\*]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, hostname, origin } = new URL(text)
  if (hostname.endsWith('.')) return undefined
  return protocol === 'https:' || LOOPBACK.includes(hostname) ? origin : undefined
}

/** Their pages come from a network or a disk, or have an origin that many share. */
const NO_SHELL = [
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'view-source:',
  'http:',
  'https:',
  'ws:',
  'wss:',
  'ftp:',
  'filesystem:',
  'content:',
  'chrome:',
  'resource:',
]

const SHELL_ORIGIN = /^([a-z][a-z0-9+.-]*:)\/\/([a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?)$/i

/**
 * The origin of pages that an app brings along: an own scheme with a host (`capacitor://localhost`, `chrome-extension://<id>`), or a name
 * below localhost in clear text (`http://tauri.localhost`), which never leaves the device. RFC 6761 §6.3.
 */
function normaliseShellOrigin(text: string): string | undefined {
  const [, scheme = '', host = ''] = SHELL_ORIGIN.exec(text) ?? []
  const origin = text.toLowerCase()
  if (!URL.canParse(origin)) return undefined
  if (scheme.toLowerCase() === 'http:')
    return /^[^:]+\.localhost(:|$)/i.test(host) ? URL.parse(origin)?.origin : undefined
  return host === '' || NO_SHELL.includes(scheme.toLowerCase()) ? undefined : origin
}

const originBy = (normalise: (text: string) => string | undefined, complaint: string) =>
  z
    .string()
    .max(255)
    .transform((text, context) => {
      const normalised = normalise(text)
      if (normalised !== undefined) return normalised
      context.addIssue(complaint)
      return z.NEVER
    })

const publicOrigin = originBy(
  normaliseOrigin,
  'is no https origin without path and final slash, nor http://localhost or http://127.0.0.1',
)

const allowedOrigin = originBy(
  (text) => normaliseOrigin(text) ?? normaliseShellOrigin(text),
  'is no https origin without path and final slash, nor one of this machine, nor of an app (scheme://host)',
)

export const unique = (list: readonly string[]) => [...new Set(list)]

/** Where clients reach an application. */
export const publicOriginList = z.array(publicOrigin).max(MAX_ENTRIES).transform(unique)
/** Whose pages may call it. */
export const allowedOriginList = z.array(allowedOrigin).max(MAX_ENTRIES).transform(unique)
/** Where a login through another party may return to. What may be on it depends on the mode, too; an entry is told by its place in what was sent. */
export const redirectUriList = z.array(z.string().max(2_048)).max(MAX_ENTRIES)
