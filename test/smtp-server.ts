/**
 * A real SMTP server, meant to run in a process of its own: `fork` it, send it its settings, and it answers the port, then every mail it
 * takes. What it does with a recipient is told by the local part.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { after } from 'node:test'
import { SMTPServer } from 'smtp-server'
import type { Certificate } from './tls.ts'

export const USER = 'shop'
export const PASSWORD = 'correct horse battery staple'

/** A provider that sends through the server at a port of this machine. */
export const smtp = (port: number, options: object = {}, secrets: object = { password: PASSWORD }) => ({
  kind: 'smtp',
  channel: 'email',
  options: { host: 'localhost', port, user: USER, from: 'no-reply@shop.example', from_name: 'The Shop', ...options },
  secrets,
})

interface Settings extends Certificate {
  /** Offer no STARTTLS. */
  readonly plain?: boolean
  /** TLS from the first byte. */
  readonly implicit?: boolean
  /** Take mail without login. */
  readonly open?: boolean
}

export interface ReceivedMail {
  readonly from: string
  readonly to: string[]
  readonly user: string
  readonly secure: boolean
  readonly raw: string
  /** Counts connections from 1. */
  readonly connection: number
}

export interface RunningSmtpServer {
  readonly port: number
  /** Oldest first. */
  readonly received: ReceivedMail[]
  /** Recipients that were named, taken or not. */
  readonly named: string[]
  /** End it as a crash would. */
  kill(): Promise<void>
}

type Report = { port: number } | { mail: ReceivedMail } | { named: string }

/** Start one; it ends with the tests. */
export async function startSmtpServer(settings: Settings): Promise<RunningSmtpServer> {
  const child: ChildProcess = fork(import.meta.filename)
  after(() => child.kill())
  const received: ReceivedMail[] = []
  const named: string[] = []
  child.send(settings)
  const port = await new Promise<number>((resolve) => {
    child.on('message', (report: Report) => {
      if ('port' in report) resolve(report.port)
      else if ('mail' in report) received.push(report.mail)
      else named.push(report.named)
    })
  })
  return {
    port,
    received,
    named,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

/** What a refusal says; the words repeat the recipient, as real servers do. */
function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

function serve({ key, cert, plain = false, implicit = false, open = false }: Settings): void {
  const tell = (report: Report) => process.send?.(report)
  const metBefore = new Set<string>()
  const connections = new Map<string, number>()
  const server = new SMTPServer({
    key,
    cert,
    secure: implicit,
    hideSTARTTLS: plain,
    authOptional: open,
    allowInsecureAuth: plain,
    disabledCommands: plain ? ['STARTTLS'] : [],
    onConnect(session, done) {
      connections.set(session.id, connections.size + 1)
      done()
    },
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === PASSWORD) done(null, { user: username })
      else done(refusal(535, `5.7.8 Wrong password ${password} for ${username}`))
    },
    onRcptTo({ address }, _session, done) {
      tell({ named: address })
      const [behaviour] = address.split(/[-@]/)
      if (behaviour === 'unknown') return done(refusal(550, `5.1.1 <${address}>: no such user here`))
      if (behaviour === 'bare') return done(refusal(550, `<${address}> not here`))
      if (behaviour === 'relay') return done(refusal(554, `5.7.1 <${address}>: relay access denied`))
      if (behaviour === 'grey' && !metBefore.has(address)) {
        metBefore.add(address)
        return done(refusal(451, `4.7.1 <${address}>: metBefore, come back`))
      }
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        if (to.some((address) => address.startsWith('spam'))) return done(refusal(554, '5.7.1 looks like spam'))
        const raw = Buffer.concat(chunks).toString('latin1')
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
        const connection = connections.get(session.id) ?? 0
        tell({ mail: { from, to, user: String(session.user ?? ''), secure: session.secure, raw, connection } })
        // A server that took the mail, and is lost before it can say so.
        if (to.some((address) => address.startsWith('silent') && !metBefore.has(address))) {
          for (const address of to) metBefore.add(address)
          return
        }
        done()
      })
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1', () => {
    const address = server.server.address()
    tell({ port: typeof address === 'object' && address ? address.port : 0 })
  })
}

if (import.meta.main) {
  process.once('message', serve)
  // Nobody is left to serve.
  process.once('disconnect', () => process.exit())
}
