/** SimpleSAMLphp by PHP's own web server, and a browser that logs in there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Debian } from './debian.ts'

export interface SimpleSamlPhp {
  readonly metadata: string
  /** What comes back to a request when its user has logged in, in XML: `signed` is what of it is signed. It is an error when it asks nobody to log in. */
  login(url: string, signed: 'assertion' | 'response' | 'both'): Promise<string>
}

/** Runs it for as long as `work` does. `base`: its address as it says it. */
export async function withSimpleSamlPhp(
  debian: Debian,
  folder: string,
  base: string,
  work: (idp: SimpleSamlPhp) => Promise<void>,
): Promise<void> {
  mkdirSync(join(folder, 'data'))
  setSigned(folder, 'both')
  const port = await freePort()
  const pages = debian.path('usr/share/simplesamlphp/www')
  const [command, ...settings] = debian.php
  const silent = ['-d', 'error_reporting=0', '-d', 'display_errors=0']
  const server = spawn(command, [...settings, ...silent, '-S', `127.0.0.1:${port}`, '-t', pages], {
    env: { ...debian.env, SIMPLESAMLPHP_CONFIG_DIR: join(import.meta.dirname, 'simplesamlphp') },
    stdio: 'ignore',
  })
  const local = `http://127.0.0.1:${port}/`
  try {
    await isUp(local)
    const metadata = await (await fetch(`${local}saml2/idp/metadata.php`)).text()
    await work({
      metadata,
      async login(url, signed) {
        setSigned(folder, signed)
        return await logIn(browser(base, local), url)
      },
    })
  } finally {
    server.kill()
  }
}

const setSigned = (folder: string, signed: string) => writeFileSync(join(folder, 'signed'), signed)

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function isUp(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if (await fetch(url, { redirect: 'manual' }).catch(() => undefined)) return
    await setTimeout(100)
  }
  throw new Error('PHP does not serve SimpleSAMLphp')
}

interface Page {
  readonly url: string
  readonly page: string
}
type Browser = (url: string, form?: Record<string, string>) => Promise<Page>

/** Keeps cookies, follows redirects, and takes the way inside in the place of that by the name of the server. */
function browser(base: string, local: string): Browser {
  const cookies = new Map<string, string>()
  return async function go(url: string, form?: Record<string, string>): Promise<Page> {
    const answer = await fetch(url.replace(base, local), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    return location === null ? { url, page: await answer.text() } : await go(new URL(location, url).href)
  }
}

async function logIn(go: Browser, url: string): Promise<string> {
  const asked = await go(url)
  const AuthState = valueIn(asked.page, 'AuthState').replaceAll('&amp;', '&')
  const { page } = await go(asked.url, { username: 'ada', password: 'secret', AuthState })
  assert.equal(valueIn(page, 'RelayState'), new URL(url).searchParams.get('RelayState'))
  return Buffer.from(valueIn(page, 'SAMLResponse'), 'base64').toString()
}

function valueIn(page: string, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1]
  if (value === undefined) throw new Error(`SimpleSAMLphp has no ${name}: ${page.replace(/<[^>]*>|\s+/g, ' ')}`)
  return value
}
