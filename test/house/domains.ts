import { after } from 'node:test'
import type { Answer, TestApp } from '../builders.ts'
import { ENGINES, type EngineName, type World, world } from '../world.ts'
import { type NameServer, nameServer } from './dns.ts'
import { type TlsSite, tlsSite } from './tls-site.ts'

export const DAY_MS = 86_400_000
/** Of our own names and of whoever points at us. */
export const OUR_ADDRESS = '192.0.2.10'

/** A world whose names and certificates the test decides over. */
export interface DomainStage {
  readonly engine: EngineName
  readonly w: World
  readonly dns: NameServer
  readonly site: TlsSite
}

export async function domainStage(engine: EngineName, databaseUrl?: string): Promise<DomainStage> {
  const [dns, site] = await Promise.all([nameServer(), tlsSite()])
  const names = { servers: [dns.address], timeoutMs: 1_000 }
  const w = await world(engine, { names, ...(databaseUrl !== undefined && { databaseUrl }) })
  w.fakeDial(site.dial)
  after(() => {
    dns.close()
    site.close()
  })
  return { engine, w, dns, site }
}

export const domainStages = (): Promise<DomainStage[]> => Promise.all(ENGINES.map((engine) => domainStage(engine)))

/** What a name points at when its owner did what they were told. */
export function point({ dns }: Pick<DomainStage, 'dns'>, app: TestApp, name: string): void {
  dns.set(name, 'CNAME', app.host)
  dns.set(name, 'A', OUR_ADDRESS)
  dns.set(app.host, 'A', OUR_ADDRESS)
}

/** Take every record of a name away. */
export function unpoint({ dns }: Pick<DomainStage, 'dns'>, name: string): void {
  for (const type of ['CNAME', 'A', 'AAAA'] as const) dns.set(name, type)
}

export async function addDomain(app: TestApp, domain: string) {
  const { status, body } = await app.manage('/domains', { body: { domain } })
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body.domain
}

export const verifyDomain = (app: TestApp, { id }: { readonly id: string }): Promise<Answer> =>
  app.manage(`/domains/${id}/verify`, { method: 'POST' })

/** A domain that works, certificate and all. */
export async function activeDomain(stage: DomainStage, app: TestApp, name: string) {
  const made = await addDomain(app, name)
  point(stage, app, name)
  await stage.site.certify(name)
  const { body } = await verifyDomain(app, made)
  if (body.domain?.status !== 'active') throw new Error(JSON.stringify(body))
  return body.domain
}

/** The checks of an answer by name, each as its outcome. */
export const outcomesOf = ({ checks }: { readonly checks: readonly { name: string; outcome: string }[] }) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]))
