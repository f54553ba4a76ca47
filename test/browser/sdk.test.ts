import './login.story.ts'
import './clocks.story.ts'
