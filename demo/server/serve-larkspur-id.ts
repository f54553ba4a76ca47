import type { Provider } from 'oidc-provider'
import { buildLarkspurId } from './assets.ts'
import type { Person } from './legacy.ts'

type Handler = Parameters<Provider['use']>[0]
type Context = Parameters<Handler>[0]

/** `/choose/{interaction}/{person}` */
const CHOOSE = /^\/choose\/[\w-]+\/([\w-]*)$/

/** The page on which a visitor chooses whom to be, and so agrees that the demo is told; or says no. */
export async function choosePages(
  provider: Provider,
  people: readonly Person[],
  origins: readonly [string, ...string[]],
): Promise<Handler> {
  const { page, style } = await buildLarkspurId()
  // The answer to the form is a redirect that ends at the demo, and browsers ask this for each stop.
  const policy = `default-src 'none'; style-src 'self'; img-src data:; form-action 'self' ${origins.join(' ')}; base-uri 'none'; frame-ancestors 'none'`

  return async (context, next) => {
    const [, person] = CHOOSE.exec(context.path) ?? []
    if (context.path === '/style.css') return show(context, 'css', style)
    if (person === undefined) return await next()
    const login = await provider.interactionDetails(context.req, context.res).catch(() => undefined)
    // Chosen already: somebody came here by the back button.
    if (!login) return leaveFor(context, `${origins[0]}/demo/`)
    if (context.method !== 'POST') {
      context.set({ 'content-security-policy': policy, 'cache-control': 'no-store' })
      return show(context, 'html', page)
    }
    const chosen = people.find(({ externalId }) => externalId === person)
    const result = chosen ? await consent(chosen, login.params) : { error: 'access_denied' }
    leaveFor(context, await provider.interactionResult(context.req, context.res, result))
  }

  async function consent({ externalId: accountId }: Person, { client_id: clientId, scope }: Record<string, unknown>) {
    const grant = new provider.Grant({ accountId, clientId: String(clientId) })
    grant.addOIDCScope(String(scope))
    return { login: { accountId }, consent: { grantId: await grant.save() } }
  }
}

function show(context: Context, type: 'html' | 'css', body: string) {
  Object.assign(context, { type, body })
}

/** By GET, whatever brought the visitor here. RFC 9110 §15.4.4. */
function leaveFor(context: Context, url: string) {
  context.status = 303
  context.redirect(url)
}
