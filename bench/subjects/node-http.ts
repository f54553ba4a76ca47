import { fileURLToPath } from 'node:url'
import { servedSubject } from './served.ts'
import type { Subject } from './subject.ts'

const SCRIPT = fileURLToPath(new URL('../peers/node-http.ts', import.meta.url))

/** What the runtime's HTTP server does by itself: a small JSON answer to a POST. */
export const nodeHttp: Subject = servedSubject({
  name: 'bare node:http',
  argv: () => [SCRIPT],
  traffic: (server) => ({ kind: 'post-json', host: new URL(server.address).host, path: '/', body: { hello: 'world' } }),
})
