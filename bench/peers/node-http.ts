/** Bare `node:http`: reads a POST and answers with a small JSON. */
import { createServer } from 'node:http'
import { listen } from './listen.ts'

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const body = JSON.stringify({ ok: true, at: Date.now() })
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  })
})

await listen(server)
