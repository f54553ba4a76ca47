/** A migration hook that knows every legacy token: `legacy-7` is the session of the person `legacy-7`. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from './listen.ts'

const server = createServer(async (request, response) => {
  const { token }: { token: string } = JSON.parse(await text(request))
  const identifiers = [{ type: 'email_address', value: `${token}@example.org` }]
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ user: { external_id: token, identifiers } }))
})

await listen(server)
