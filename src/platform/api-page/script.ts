import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import fastify from 'fastify'

/** Why this package: docs/decisions/0022. In the release the script lies beside the module, see scripts/build.ts. */
export async function scalarScript(): Promise<Uint8Array> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  // It has the script of the page inside, and gives it to nobody but a browser.
  const server = fastify()
  await server.register(scalar, { routePrefix: '/docs', configuration: { content: '{}' } })
  const { rawPayload } = await server.inject('/docs/js/scalar.js')
  await server.close()
  return await promisify(gzip)(rawPayload)
}
