import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStage, stagedApp } from './stage.ts'
import { newContext, openTab } from './tab.ts'
test('zz', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await openTab(await newContext(t), app.origin, app.host)
  assert.ok(await tab.errorClasses())
  if (process.env.ZZ) assert.fail('x')
})
