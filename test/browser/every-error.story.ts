import assert from 'node:assert/strict'
import { test } from 'node:test'
import './login-errors.story.ts'
import './step-up-errors.story.ts'
import { raised } from './raised.ts'
import { openStage, stagedApp } from './stage.ts'
import { newContext, openTab } from './tab.ts'

/** Classes that no answer raises, and why. */
const NEVER: Readonly<Record<string, string>> = {
  BadCheckCode: 'exported, but `bad_check_code` raises BadRequest',
  UnprocessableEntity: 'exported, but no code raises it',
  MissingChallengeToken:
    'raised by the SDK itself before it asks, or when a login answers without a token: ours never do',
}

test('every error class of the SDK was raised by an answer, but for those that none raises', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await openTab(await newContext(t), app.origin, app.host)
  const classes = await tab.errorClasses()
  assert.ok(classes.length > 20)
  assert.deepEqual([...raised.keys(), ...Object.keys(NEVER)].sort(), classes.sort())
})
