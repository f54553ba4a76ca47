import { z } from 'zod'
import { instanceKey, managementKey } from '../../core/access/management-key.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import type { Finding } from '../../platform/finding.ts'
import { servedCertificate } from '../../platform/served-certificate.ts'
import { serverWhole } from '../../platform/whole.ts'

const finding = z
  .object({
    level: z.enum(['ok', 'hint', 'fault']).meta({
      description:
        'A hint may be as it should be; a fault keeps somebody from using the server, or from using it safely.',
    }),
    topic: z.string().meta({ description: 'What it is about.' }),
    what: z.string().meta({ description: 'What was found, in words for people; they may change.' }),
    mend: z.string().nullable().meta({ description: 'How to mend it; null where all is well.' }),
  })
  .meta({ id: 'Finding' })

const findings = z.object({ findings: z.array(finding) }).meta({ id: 'FindingsResponse' })

const viewOf = ({ mend, ...finding }: Finding) => ({ ...finding, mend: mend ?? null })

const TAG = 'Health'

const listOfInstance = endpoint({
  method: 'GET',
  path: '/v2/session/findings',
  audience: 'management',
  operationId: 'listInstanceFindings',
  permission: 'health:read',
  tag: TAG,
  summary: 'List what `antiphon doctor` finds of the instance: configuration, database, keys and certificate',
  access: instanceKey,
  response: findings,
  failures: [],

  // What judges holds the list of public suffixes: it is loaded once somebody asks.
  async handle(_input, deps) {
    const { examineConfig, examineDatabase, examineNotedKeys } = await import('../../core/findings/examine-instance.ts')
    const ofConfig = examineConfig(deps.config, servedCertificate(deps).read(), deps.now())
    const ofDatabase = await examineDatabase(deps, serverWhole(deps).get(), examineNotedKeys)
    return { body: { findings: [...ofConfig, ...ofDatabase.findings].map(viewOf) } }
  },
})

const list = endpoint({
  method: 'GET',
  path: '/v2/session/apps/{appID}/findings',
  audience: 'management',
  operationId: 'listFindings',
  permission: 'config:read',
  tag: TAG,
  summary: 'List what `antiphon doctor` finds of an application',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  query: z.object({
    probe: z.enum(['true', 'false']).default('false').meta({
      description:
        'Whether identity providers, and the host that passkeys are made for, are asked over the network, by calls of ten seconds at most. Otherwise nobody is asked.',
    }),
  }),
  response: findings,
  failures: [universal.invalid_request],

  async handle({ app, query: { probe } }, deps) {
    const { examineApplication } = await import('../../core/findings/examine-application.ts')
    const found = await examineApplication(deps, app, serverWhole(deps).get(), probe === 'true')
    return { body: { findings: found.map(viewOf) } }
  },
})

export const findingOperations = [listOfInstance, list]
