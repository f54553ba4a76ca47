// The stories of the unmodified SDK run in one process, one after the other: they share one browser.
import './login.story.ts'
import './clocks.story.ts'
import './tabs.story.ts'
import './lost-answers.story.ts'
import './sessions.story.ts'
import './errors.story.ts'
import './origins.story.ts'
import './cookies.story.ts'
