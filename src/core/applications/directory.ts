import { type Deps, resident } from '../../platform/deps.ts'
import { APPLICATION_ID, type Application, withoutPort } from './application.ts'
import { findApplication, findApplicationIdByHost, findApplicationVersion } from './store.ts'

const CHECK_MS = 1_000
const HOSTS_REMEMBERED = 10_000
/** A DNS name with a port; RFC 1035 §2.3.4. Nobody has a longer host, and to remember many such would take much memory. */
const MAX_HOST_CHARS = 260

/** Applications by id and by host, kept in memory; what another process changed is seen within a second. */
export const directory = resident((deps: Deps) => {
  const byId = new Map<string, { app: Application; checkedAt: number }>()
  const idsByHost = new Map<string, { id: string | undefined; checkedAt: number }>()
  const suffix = `.${withoutPort(deps.config.baseDomain)}`

  async function find(id: string): Promise<Application | undefined> {
    const known = byId.get(id)
    const now = deps.monotonic()
    if (known && now - known.checkedAt < CHECK_MS) return known.app
    if (known && (await findApplicationVersion(deps.db, id)) === known.app.version) {
      known.checkedAt = now
      return known.app
    }
    const app = await findApplication(deps.db, id)
    if (app) byId.set(id, { app, checkedAt: now })
    else byId.delete(id)
    return app
  }

  async function idOfHost(host: string): Promise<string | undefined> {
    if (host.endsWith(suffix)) {
      const label = host.slice(0, -suffix.length)
      if (APPLICATION_ID.test(label)) return label
    }
    const now = deps.monotonic()
    const known = idsByHost.get(host)
    if (known && now - known.checkedAt < CHECK_MS) return known.id
    const id = await findApplicationIdByHost(deps.db, host)
    if (idsByHost.size >= HOSTS_REMEMBERED) idsByHost.clear()
    idsByHost.set(host, { id, checkedAt: now })
    return id
  }

  async function idNamed(header: string): Promise<string | undefined> {
    return header.length > MAX_HOST_CHARS ? undefined : await idOfHost(withoutPort(header.toLowerCase()))
  }

  return {
    find,
    /** Whether a Host header is the name of an application, whatever the port. */
    isNamed: async (header: string): Promise<boolean> => (await idNamed(header)) !== undefined,
    /** The application a Host header names; for a host that is nobody's name, the default application, if one is configured. */
    async findByHost(header: string): Promise<Application | undefined> {
      // The name of a deleted application stays its own: nobody else may speak under it.
      const id = (await idNamed(header)) ?? deps.config.defaultApp
      return id === undefined ? undefined : await find(id)
    },
    /** Read anew at next use: this process just changed it. */
    forget(id: string) {
      byId.delete(id)
      idsByHost.clear()
    },
  }
})
