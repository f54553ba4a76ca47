// A receiver of webhooks in a process of its own: keeps each body in a file before it answers. Arguments: port, file.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [port, file] = process.argv.slice(2)
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'GET') {
      const challenge = Number(new URL(request.url, 'http://receiver').searchParams.get('challenge'))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ challenge }))
      return
    }
    appendFileSync(file, `${Buffer.concat(chunks)}\n`)
    response.end()
  })
})
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
