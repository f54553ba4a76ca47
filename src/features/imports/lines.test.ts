import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { putLines } from '../../../test/house/imports.ts'
import { assertDenied, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a file is sent in pieces that may break lines; a call made again changes nothing, one elsewhere is told where`, async () => {
    const app = await application(w)
    const { id } = (await app.manage('/imports', { body: { source: 'auth0' } })).body.import
    const first = Buffer.alloc(300_000, 'a')
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await putLines(app, id, 0, first)).body, { received_bytes: 300_000 })
    }
    const elsewhere = await putLines(app, id, 299_999, Buffer.from('b'))
    assertDenied(elsewhere, 'import_offset', 'conflict')
    assert.equal(elsewhere.headers.get('upload-offset'), '300000')
    assertDenied(await putLines(app, id, 0, Buffer.alloc(300_000, 'b')), 'import_offset', 'conflict')
    assert.deepEqual((await putLines(app, id, 300_000, Buffer.from('\n'))).body, { received_bytes: 300_001 })
    assertNotFound(await putLines(app, 'imp_unknown', 0, first))
  })
}
