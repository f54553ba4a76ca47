/** The proxies of the guide as it has them, but for ports and certificates. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startBalancer } from '../../test/balancer.ts'
import { freePort } from './fleet.ts'

const GUIDE = join(import.meta.dirname, '../../docs/guide/proxies.md')

export interface Front {
  readonly address: string
  /** Resolves when it sends requests to so many processes. */
  sees(processes: number): Promise<void>
  /** What it says of its own about failed requests. */
  readonly troubles: readonly string[]
  end(): Promise<void>
}

/** A block of the guide by its language. */
function written(language: string): string {
  const [, block] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readFileSync(GUIDE, 'utf8')) ?? []
  if (block === undefined) throw new Error(`the guide has no block of ${language}`)
  return block
}

const withPorts = (text: string, [first, second]: readonly number[]) =>
  text.replaceAll('127.0.0.1:8080', `127.0.0.1:${first}`).replaceAll('127.0.0.1:8081', `127.0.0.1:${second}`)

/** `defaults`: without the lines that the guide has for when a server is taken for failed. */
export async function startNginx(folder: string, ports: readonly number[], defaults: boolean): Promise<Front> {
  const port = await freePort()
  const site = withPorts(written('nginx'), ports)
    .replace(/listen 443 ssl;/, `listen 127.0.0.1:${port};`)
    .replace(/^ *ssl_.*\n/gm, '')
    .replaceAll(' max_fails=0', defaults ? '' : ' max_fails=0')
    .replace(/^ *proxy_next_upstream.*\n/gm, (line) => (defaults ? '' : line))
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`)
  const file = join(folder, 'nginx.conf')
  const errors = join(folder, 'nginx.log')
  writeFileSync(
    file,
    `daemon off; pid ${folder}/nginx.pid; error_log ${errors} error; worker_processes 2;
     events { worker_connections 1024; }
     http { access_log off; ${places.join(' ')} keepalive_requests 1000000; ${site} }`,
  )
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] })
  await untilOpen(port)
  return proxy(port, child, () => readFileSync(errors, 'utf8').split('\n').filter(Boolean))
}

export async function startCaddy(folder: string, ports: readonly number[]): Promise<Front> {
  const port = await freePort()
  const file = join(folder, 'Caddyfile')
  const site = withPorts(written('caddyfile'), ports).replace(/^\S+ \{/m, `http://:${port} {`)
  writeFileSync(
    file,
    `{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n\tlog {\n\t\tlevel ERROR\n\t}\n}\n${site}`,
  )
  const lines: string[] = []
  const env = { ...process.env, HOME: folder }
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => lines.push(...text.split('\n').filter((l) => /error/.test(l))))
  await untilOpen(port)
  return proxy(port, child, () => lines)
}

function proxy(port: number, child: ChildProcess, troubles: () => readonly string[]): Front {
  process.once('exit', () => child.kill('SIGTERM'))
  return {
    address: `http://127.0.0.1:${port}`,
    get troubles() {
      return troubles()
    },
    // They find out by asking, within two seconds.
    sees: () => new Promise((resolve) => setTimeout(resolve, 2_000)),
    async end() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Ours, which sends nothing twice. */
export async function startOwn(ports: readonly number[], pollMs: number): Promise<Front> {
  const balancer = await startBalancer(
    ports.map((port) => `http://127.0.0.1:${port}`),
    pollMs,
  )
  return {
    address: balancer.address,
    troubles: balancer.failed,
    async sees(processes) {
      while (balancer.ready() < processes) await new Promise((resolve) => setTimeout(resolve, 50))
    },
    end: () => balancer.close(),
  }
}

async function untilOpen(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    )
    socket.destroy()
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing listens on ${port}`)
}

export function versionOf(program: 'nginx' | 'caddy'): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, [program === 'nginx' ? '-v' : 'version'], { encoding: 'utf8' })
  return error ? undefined : `${stdout}${stderr}`.trim().split('\n').at(-1)
}
