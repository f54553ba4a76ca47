/**
 * Has identity providers that others wrote (SimpleSAMLphp, pysaml2, lasso) answer a request of ours, and keeps what they say in
 * test/vectors/saml/foreign: `node scripts/foreign-saml/capture.ts`. It needs Debian 12 with its Python and its packages, which are unpacked into
 * a temporary folder and not installed; it is no part of the tests, which judge what is kept.
 */
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loginUrl } from '../../src/crypto/saml/request.ts'
import { spMetadata } from '../../src/crypto/saml/sp-metadata.ts'
import { ACS, certificateOf, IDP, judged, type Key, keyOf, REQUEST, SP } from '../../test/house/saml.ts'
import { metadataOf } from '../../test/house/saml-idp.ts'
import { unpackDebian } from './debian.ts'
import { withSimpleSamlPhp } from './simplesamlphp.ts'

const RELAY_STATE = 'samlr_1'
const BASE = new URL('/', IDP).href
const SSO = new URL('/sso', IDP).href
const vectors = join(import.meta.dirname, '..', '..', 'test', 'vectors', 'saml', 'foreign')

/** What each said, and when. */
const captures: Record<string, { readonly at: string; readonly isAsked: boolean }> = {}
const documents = new Map<string, string>()

async function keep(name: string, xml: string): Promise<void> {
  const at = /IssueInstant="([^"]*)"/.exec(xml)?.[1] ?? ''
  const isAsked = !name.endsWith('unasked')
  const verdict = await judged(xml, { now: Date.now(), allowsIdpInitiated: !isAsked })
  assert.equal(verdict.kind === 'refused' ? `${verdict.check}: ${verdict.reason}` : verdict.kind, 'accepted', name)
  captures[name] = { at, isAsked }
  documents.set(name, xml)
}

const request = (ssoUrl: string, key: Key) =>
  loginUrl({
    id: REQUEST,
    ssoUrl,
    acsUrl: ACS,
    entityId: SP,
    relayState: RELAY_STATE,
    now: Date.now(),
    privateKey: keyOf(key),
  })

/** What the identity providers know of us, and what we ask. */
function prepare(folder: string): void {
  const spCertificate = certificateOf('next').replace(/-----[A-Z ]+-----|\s/g, '')
  const requests = { asked: request(SSO, 'next'), forged: request(SSO, 'stranger') }
  const login = {
    idp: IDP,
    ssoUrl: SSO,
    sp: SP,
    acsUrl: ACS,
    base: BASE,
    relayState: RELAY_STATE,
    spCertificate,
    ...requests,
  }
  const files = {
    'login.json': JSON.stringify(login),
    'sp.xml': spMetadata({ entityId: SP, acsUrl: ACS, certificates: [certificateOf('next')] }),
    'idp.xml': metadataOf(IDP, SSO, [certificateOf('idp')]),
    'idp.key': keyOf('idp'),
    'idp.pem': certificateOf('idp'),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

async function capture(folder: string): Promise<void> {
  const debian = unpackDebian(folder)
  prepare(folder)
  for (const provider of ['pysaml2', 'lasso']) {
    debian.python(`with_${provider}.py`)
    const version = debian.versionOf(`python3-${provider}`)
    for (const file of globSync(`${provider}-*.xml`, { cwd: folder }).sort()) {
      const name = file.replace(provider, `${provider}-${version}`).replace('.xml', '')
      const xml = readFileSync(join(folder, file), 'utf8')
      if (name.endsWith('metadata')) documents.set(name, xml)
      else await keep(name, xml)
    }
  }
  const name = `simplesamlphp-${debian.versionOf('simplesamlphp')}`
  const sso = `${BASE}saml2/idp/SSOService.php`
  await withSimpleSamlPhp(debian, folder, BASE, async (idp) => {
    documents.set(`${name}-metadata`, idp.metadata)
    for (const signed of ['assertion', 'response', 'both'] as const)
      await keep(`${name}-${signed}`, await idp.login(request(sso, 'next'), signed))
    await assert.rejects(idp.login(request(sso, 'stranger'), 'both'), /validate signature/)
  })
}

const folder = mkdtempSync(join(tmpdir(), 'foreign-saml-'))
try {
  await capture(folder)
  for (const old of globSync('*.xml', { cwd: vectors })) rmSync(join(vectors, old))
  for (const [name, xml] of documents) writeFileSync(join(vectors, `${name}.xml`), xml)
  writeFileSync(join(vectors, 'captures.json'), `${JSON.stringify(captures, null, 1)}\n`)
  console.log([...documents.keys()].join('\n'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
