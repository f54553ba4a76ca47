// The stories of the demo run in one process, one after the other: they share one server and one browser.
import './demo-migration.story.ts'
import './demo-ways-in.story.ts'
import './demo-larkspur-id.story.ts'
import './demo-acme.story.ts'
import './demo-security.story.ts'
import './demo-bank.story.ts'
import './demo-passkeys.story.ts'
import './demo-mailbox.story.ts'
