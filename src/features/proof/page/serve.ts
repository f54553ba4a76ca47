import { managementKey } from '../../../core/access/management-key.ts'
import { directory } from '../../../core/applications/directory.ts'
import { reportTrouble } from '../../../platform/db-trouble.ts'
import type { Deps } from '../../../platform/deps.ts'
import { Refused } from '../../../platform/endpoint.ts'
import { statusOf } from '../../../platform/failure.ts'
import type { FastifyInstance } from '../../../platform/http.ts'
import { CLIENT } from './client.ts'
import { loadShown } from './load.ts'
import { renderForm, renderRefusal, renderReport } from './render.ts'
import { STYLE } from './style.ts'

/** Everything from here, nothing inline, nothing kept, framed by nobody. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
} as const

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>Antiphon</title><rect width="32" height="32" rx="8" fill="#0b6e63"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M14 8.5a9 9 0 0 0 0 15"/><path d="M18 23.5a9 9 0 0 0 0-15" opacity=".72"/></g><circle cx="16" cy="16" r="2.4" fill="#fff"/></svg>`

const ASSETS: Readonly<Record<string, readonly [type: string, body: string]>> = {
  'style.css': ['text/css', STYLE],
  'page.js': ['text/javascript', CLIENT],
  'icon.svg': ['image/svg+xml', ICON],
}

/**
 * The page of a migration, for people who operate it: anybody may load it, and whoever has a management key sees what it is about. The key comes in
 * the header alone, so that no link, no history and no log has it. At an application's own name there is none, for cookies know no ports: what its
 * users' browsers send there is not for this page. In development, where one host is everything, it is shown at any.
 */
export async function migrationPages(server: FastifyInstance, deps: Deps, at: 'other_hosts' | 'any_host') {
  await server.register(async (scope) => {
    scope.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
      reply.headers(HEADERS).type('text/html; charset=utf-8')
      if (at === 'other_hosts' && (await directory(deps).isNamed(host)))
        return reply.code(404).send(renderRefusal(NOT_HERE))
    })
    scope.setErrorHandler((error, _request, reply) => {
      reportTrouble(deps)(error)
      return reply.code(500).send(renderRefusal(TROUBLE))
    })
    serveAssets(scope, deps)
    serveReport(scope, deps)
  })
}

const NOT_HERE = 'There is nothing at this address.'
const TROUBLE = 'This cannot be told now. Try again in a moment.'

function serveAssets(scope: FastifyInstance, { config: { defaultApp = '' } }: Deps): void {
  scope.get('/migration', (_request, reply) => reply.redirect('/migration/'))
  scope.get('/migration/', (_request, reply) => reply.send(renderForm(defaultApp)))
  for (const [name, [type, body]] of Object.entries(ASSETS)) {
    scope.get(`/migration/${name}`, (_request, reply) => reply.type(`${type}; charset=utf-8`).send(body))
  }
}

function serveReport(scope: FastifyInstance, deps: Deps): void {
  scope.get('/migration/apps/:appID', async (request, reply) => {
    const { id, method, url, ip, headers } = request
    const caller = { id, method, url, ip, headers, authority: '', proxied: false, cookies: {} }
    const grant = await managementKey.resolve(caller, request.params as Record<string, string>, deps, 'migration:read')
    if (!(grant instanceof Refused)) return reply.send(renderReport(await loadShown(deps, grant.app)))
    const { failure, headers: extra = {}, message = failure.message } = grant.refusal
    return reply.code(statusOf[failure.family]).headers(extra).send(renderRefusal(message))
  })
}
