import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { endpoints } from '../../src/server.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/compatibility.md'), 'utf8')
const bases = { Frontend: '/v1/session', Management: '/v2/session/apps/{appID}' } as const

const shapeOf = (operation: string) => operation.replace(/\{\w+\}/g, '{}')
const answered = new Set(endpoints.map(({ method, path }) => shapeOf(`${method} ${path}`)))

for (const [heading, base] of Object.entries(bases)) {
  test(`${heading.toLowerCase()} operations that the page calls missing are missing, and each stands there once`, () => {
    const [, missing = ''] = page.split('\n## Not there yet\n')
    const [, section = ''] = missing.split(`\n### ${heading}\n`)
    const named = [...(section.split('\n### ')[0] ?? '').matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/\S*)`/g)]
    const operations = named.map(([, method, path]) => `${method} ${base}${path}`)
    assert.ok(operations.length > 0, heading)
    assert.equal(new Set(operations).size, operations.length)
    assert.deepEqual(
      operations.filter((operation) => answered.has(shapeOf(operation))),
      [],
      'they are answered by now: take them off the page',
    )
  })
}
