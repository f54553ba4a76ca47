import { announce, find } from './dom.ts'
import { listMail, type Mail } from './mail.ts'
import { showLetters } from './view/letter.ts'

const POLL_MS = 2_000

let shown: string | undefined

look()
window.setInterval(look, POLL_MS)
document.addEventListener('visibilitychange', look)

async function look() {
  if (document.hidden) return
  const mail = await listMail()
  if (mail) show(mail)
}

function show(mail: readonly Mail[]) {
  const ids = mail.map(({ id }) => id).join()
  if (ids === shown) return
  if (shown !== undefined && mail[0]) announce(`A message for ${mail[0].recipient} has come.`)
  shown = ids
  find('loading').hidden = true
  find('mailbox-empty').hidden = mail.length > 0
  showLetters(find('letters'), mail, 'Copy', copy)
}

async function copy(code: string) {
  await navigator.clipboard.writeText(code)
  announce(`Copied ${code}.`)
}
