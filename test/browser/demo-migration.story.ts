import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  claim,
  demo,
  focused,
  heading,
  openBrowser,
  openDemo,
  picture,
  press,
  said,
  sessionCount,
  signInAndUpgrade,
  text,
  untilClaimIsNot,
} from './demo-stage.ts'
import { examine } from './examine.ts'

test('a legacy session becomes an Antiphon session, in two tabs, and ends when its owner says so', async () => {
  const { context, complaints } = await openBrowser()
  const first = await openDemo(context)
  await first.getByLabel('Your name').fill('Ada Lovelace')
  await examine(first)
  await press(first, 'Sign in')
  await said(first, 'Signed in to Larkspur as Ada Lovelace.')
  assert.equal(await focused(first), 'upgrade-title')
  await examine(first)
  await press(first, 'Upgrade to Antiphon')
  await sessionCount(first, 1)
  await said(first, 'Upgraded: signed in to Antiphon.')
  assert.equal(await focused(first), 'token-title')
  assert.match(await claim(first, 'sub'), /^usr_/)
  assert.equal(await claim(first, 'amr'), 'legacy')
  assert.match(await text(first.locator('#wire')), /Antiphon to LarkspurPOST \/demo\/legacy\/validate/)

  const opening = context.waitForEvent('page')
  await first.getByRole('link', { name: 'Open a second tab' }).click()
  const second = await opening
  await heading(second, 'Signed in to Antiphon')
  await first.getByText('2 tabs open, both signed in').waitFor()
  assert.equal(await claim(second, 'sid'), await claim(first, 'sid'))

  const token = await claim(first, 'jti')
  await press(first, 'Refresh now')
  const refreshed = await untilClaimIsNot(first, 'jti', token)
  assert.equal(await untilClaimIsNot(second, 'jti', token), refreshed)
  await said(first, 'There is a new access token.')
  await Promise.all([press(first, 'Refresh now'), press(second, 'Refresh now')])
  await untilClaimIsNot(first, 'jti', refreshed)
  await untilClaimIsNot(second, 'jti', refreshed)

  await press(first, 'Add a pretend phone')
  await sessionCount(first, 2)
  await first.getByRole('rowheader', { name: 'iPhone' }).waitFor()
  await picture(first, 'demo.png', 1330)
  await examine(first)
  await press(first, 'Revoke all others')
  await sessionCount(first, 1)

  await said(first, 'All other sessions are revoked.')

  await press(first, 'Log out')
  await heading(first, 'Ready to upgrade')
  await said(first, 'Logged out of Antiphon.')
  assert.equal(await focused(first), 'upgrade-title')
  await heading(second, 'Ready to upgrade')
  await said(second, 'Signed out of Antiphon, in another tab.')
  await press(second, 'Sign out of Larkspur')
  await heading(second, 'Nothing to upgrade yet')
  await heading(first, 'Nothing to upgrade yet')
  await said(first, 'Signed out of Larkspur, in another tab.')
  assert.equal(await focused(second), 'lark-title')
  assert.deepEqual(complaints, [])
})

test('a session that another browser revokes is over, and is said to be', async () => {
  const here = await signInAndUpgrade((await openBrowser()).context, 'Grace Hopper')
  const there = await openDemo((await openBrowser()).context)
  await there.getByLabel('Your name').fill('Grace Hopper')
  await press(there, 'Sign in')
  await press(there, 'Upgrade to Antiphon')
  await sessionCount(there, 2)
  await press(there, 'Revoke all others')
  await sessionCount(there, 1)

  await press(here, 'Refresh now')
  await heading(here, 'This session was ended elsewhere')
  await examine(here)
  await press(here, 'Start again')
  await press(here, 'Upgrade to Antiphon')
  await heading(here, 'Signed in to Antiphon')
  await heading(there, 'Signed in to Antiphon')
})

test('a session that Larkspur has forgotten is refused in plain words', async () => {
  const { context } = await openBrowser()
  const page = await openDemo(context)
  await press(page, 'Sign in')
  await page.getByRole('button', { name: 'Upgrade to Antiphon' }).waitFor()
  await context.request.post(`${demo.origin}/demo/legacy/logout`)
  await press(page, 'Upgrade to Antiphon')
  const alert = page.getByRole('alert')
  await alert.getByText('Larkspur does not know this session any more').waitFor()
  await alert.getByText('bad_request').waitFor()
  await examine(page)
  await press(page, 'Dismiss')
  await alert.waitFor({ state: 'hidden' })
  await heading(page, 'Nothing to upgrade yet')
})

test('an access token is replaced before it expires; left alone, it expires and the session lives', async (t) => {
  await demo.change({ settings: { sessions: { access_token_lifetime_seconds: 10 } } })
  t.after(() => demo.change({ settings: {} }))
  const page = await signInAndUpgrade((await openBrowser()).context, 'Katherine Johnson')
  const token = await claim(page, 'jti')
  await untilClaimIsNot(page, 'jti', token)
  await page.getByText('Refreshed once by this tab').waitFor()
  assert.ok(Number(await text(page.locator('#ring-seconds'))) > 5)

  await page.getByText('Refresh by itself').click()
  await page.locator('#ring-seconds').filter({ hasText: '5' }).waitFor()
  const ring = await page.evaluate("getComputedStyle(document.getElementById('ring-rest')).strokeDasharray")
  assert.ok(Math.abs(Number.parseFloat(String(ring)) - 50) < 20, `half of the ring is left: ${ring}`)
  await heading(page, 'The access token has expired')
  await said(page, 'The access token has expired.')
  await examine(page)
  await press(page, 'Refresh now')
  await heading(page, 'Signed in to Antiphon')
})
