/** Writes what tests the receivers in `docs/kit/`: `node scripts/kit-vector.ts`. It is the same at each run. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VECTOR } from '../test/kit/vector.ts'

const file = join(import.meta.dirname, '..', 'docs', 'kit', 'vector.json')
writeFileSync(file, `${JSON.stringify(VECTOR, null, 2)}\n`)
console.log(`${VECTOR.cases.length} cases in ${file}`)
