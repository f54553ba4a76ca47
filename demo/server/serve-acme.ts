import type { FastifyInstance, FastifyReply } from 'fastify'
import { ACME_PATH, type Acme, members } from './acme.ts'
import type { Antiphon } from './antiphon.ts'
import type { AcmePages } from './assets.ts'
import { type AuthnRequest, readAuthnRequest, type ServiceProvider } from './authn-request.ts'
import { listConnections, ownOf } from './connect-acme.ts'

const FORM = 'application/x-www-form-urlencoded'
const SSO_PATH = `${ACME_PATH}sso`

/** Acme's own login, for the demo and for other applications that are connected to it. In a scope of its own, where a form is read. */
export function serveAcme(
  scope: FastifyInstance,
  antiphon: Antiphon,
  others: readonly Antiphon[],
  acme: Acme,
  pages: AcmePages,
): void {
  scope.removeContentTypeParser(FORM)
  scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  const shower = pageShower(antiphon)

  scope.get(`${ACME_PATH}metadata`, (_request, reply) =>
    reply.type('application/samlmetadata+xml').send(acme.metadata(antiphon.origin() + SSO_PATH)),
  )
  scope.get(ACME_PATH, (_request, reply) => shower(reply, pages.choose, OF_ITS_OWN_ACCORD))
  scope.post(ACME_PATH, async (request, reply) => {
    const own = ownOf(await listConnections(antiphon))
    return own ? answer(reply, request.body, own.sp) : refuse(reply)
  })
  scope.get(SSO_PATH, async (request, reply) => {
    return (await requestIn(request.url)) ? shower(reply, pages.choose, ASKED) : refuse(reply)
  })
  scope.post(SSO_PATH, async (request, reply) => {
    const asked = await requestIn(request.url)
    return asked ? answer(reply, request.body, asked.sp, asked) : refuse(reply)
  })

  async function requestIn(url: string): Promise<AuthnRequest | undefined> {
    const known = (await Promise.all([antiphon, ...others].map(listConnections))).flat().map(({ sp }) => sp)
    return readAuthnRequest(url.slice(url.indexOf('?') + 1), known)
  }

  /** A page that takes the answer along, by a form that sends itself. SAML Bindings §3.5. */
  function answer(reply: FastifyReply, body: unknown, sp: ServiceProvider, asked?: AuthnRequest) {
    const chosen = new URLSearchParams(String(body)).get('member')
    const member = members.find(({ id }) => id === chosen)
    if (!member) return refuse(reply)
    const fields = { SAMLResponse: acme.respond(member, sp, asked?.id), ...(asked && { RelayState: asked.relayState }) }
    return shower(reply, pages.leave, {
      acs: escapeHtml(sp.acs_url),
      fields: Object.entries(fields).map(hidden).join(''),
    })
  }
}

const refuse = (reply: FastifyReply) =>
  reply.code(400).type('text/plain').send('Acme does not know who asks, or for whom.')

const OF_ITS_OWN_ACCORD = {
  title: 'Where to?',
  words: 'This is the portal of a pretend company. Its tiles open apps that have not asked who you are.',
  verb: 'Open the Antiphon demo as',
}
const ASKED = {
  title: 'Who is it?',
  words: 'The Antiphon demo asks, in a request that it has signed. The answer is signed by Acme.',
  verb: 'Continue as',
}

/** Shows a page in which `{{name}}` stands for some HTML. */
function pageShower(antiphon: Antiphon) {
  return (reply: FastifyReply, page: string, parts: Readonly<Record<string, string>>) => {
    // The answer to the form is a redirect that ends at the demo, and browsers ask this for each stop.
    const origins = [antiphon.origin(), antiphon.origin().replace('//localhost', '//127.0.0.1')].join(' ')
    const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action ${origins}; base-uri 'none'; frame-ancestors 'none'`
    reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
    const html = page.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => parts[name] ?? '')
    return reply.type('text/html; charset=utf-8').send(html)
  }
}

const hidden = ([name, value]: readonly [string, string]) =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
