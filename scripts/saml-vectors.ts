/** Writes the SAML responses that tests judge, each into a file, with what is expected of it: `node scripts/saml-vectors.ts`. */
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectations, VECTORS } from '../test/house/saml-vectors/index.ts'

const folder = join(import.meta.dirname, '..', 'test', 'vectors', 'saml')

mkdirSync(folder, { recursive: true })
const isKept = (file: string) => VECTORS.some(({ name, isRandom }) => isRandom && file === `${name}.xml`)
for (const old of globSync('*.xml', { cwd: folder })) if (!isKept(old)) rmSync(join(folder, old))
for (const { name, xml } of VECTORS) {
  const file = join(folder, `${name}.xml`)
  if (!existsSync(file)) writeFileSync(file, xml)
}
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expectations, null, 1)}\n`)
console.log(`${VECTORS.length} responses in ${folder}`)
