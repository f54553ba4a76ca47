import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOperation, OPERATIONS } from '../../src/cli/api/operations.ts'
import { endpoints } from '../../src/server.ts'

const managed = endpoints.filter((endpoint) => endpoint.audience === 'management')

test('the command line knows every management operation, and `antiphon api` finds each by its path', () => {
  assert.deepEqual(OPERATIONS.map(({ id }) => id).sort(), managed.map(({ operationId }) => operationId).sort())
  for (const { method, path, operationId } of managed) {
    const dialled = path.replaceAll(/\{(\w+)\}/g, 'some-$1')
    assert.equal(findOperation(method, dialled)?.id, operationId)
  }
})

test('a body that is no JSON is sent as what it is', () => {
  for (const { operationId, upload, body, form } of managed) {
    const known = OPERATIONS.find(({ id }) => id === operationId)?.body
    assert.equal(known !== undefined, body !== undefined, operationId)
    if (known) assert.equal(known.mediaType, upload?.mediaType ?? 'application/json', operationId)
    assert.ok(!form, operationId)
  }
})
