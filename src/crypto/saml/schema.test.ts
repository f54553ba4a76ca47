import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { validateXML } from 'xmllint-wasm'
import { ACS, certificateOf, keyOf, NOW, RESPONSE, SP, signAs } from '../../../test/house/saml.ts'
import { loginUrl } from './request.ts'
import { spMetadata } from './sp-metadata.ts'

const folder = join(import.meta.dirname, '../../../test/vectors/saml/schema')
const schemas = globSync('*.xsd', { cwd: folder }).map((fileName) => ({
  fileName,
  contents: readFileSync(join(folder, fileName), 'utf8'),
}))

/** What an XML Schema of OASIS has against a text. */
async function faultsOf(text: string, name: 'metadata' | 'protocol'): Promise<readonly { readonly message: string }[]> {
  const isRoot = ({ fileName }: { fileName: string }) => fileName === `saml-schema-${name}-2.0.xsd`
  const { errors } = await validateXML({
    xml: { fileName: 'ours.xml', contents: text },
    schema: schemas.filter(isRoot),
    preload: schemas.filter((one) => !isRoot(one)),
  })
  return errors
}

const metadata = spMetadata({
  entityId: `${SP}?a=1&b="2"`,
  acsUrl: ACS,
  certificates: [certificateOf('idp'), certificateOf('next')],
})

function request(): string {
  const ssoUrl = 'https://idp.example.com/sso?a=1&b'
  const said = {
    id: '_request',
    ssoUrl,
    acsUrl: ACS,
    entityId: SP,
    relayState: 'r',
    now: NOW,
    privateKey: keyOf('idp'),
  }
  const { searchParams } = new URL(loginUrl(said))
  return inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
}

for (const [what, text, name] of [
  ['our metadata', metadata, 'metadata'],
  ['our request', request(), 'protocol'],
  ['the response of our tests', signAs(RESPONSE, 'both'), 'protocol'],
] as const) {
  test(`${what} is valid by the schema of OASIS`, async () => {
    assert.deepEqual(await faultsOf(text, name), [])
    assert.notDeepEqual(await faultsOf(text.replace(/ (ID|entityID)="/, ' Name="'), name), [], 'what is wrong is seen')
  })
}
