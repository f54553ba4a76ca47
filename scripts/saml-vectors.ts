/** Writes the SAML responses that tests judge, each into a file, with what is expected of it: `node scripts/saml-vectors.ts`. */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectations, VECTORS } from '../test/house/saml-vectors.ts'

const folder = join(import.meta.dirname, '..', 'test', 'vectors', 'saml')

mkdirSync(folder, { recursive: true })
for (const old of globSync('*.xml', { cwd: folder })) rmSync(join(folder, old))
for (const { name, xml } of VECTORS) writeFileSync(join(folder, `${name}.xml`), xml)
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expectations, null, 1)}\n`)
console.log(`${VECTORS.length} responses in ${folder}`)
