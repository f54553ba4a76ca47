// Lets the page call Antiphon. In production: once, from your shell (docs/guide/add-login-to-your-app.md).
import { readFileSync } from 'node:fs'

const app = process.env.APP ?? 'guide'
const key = readFileSync(`${process.env.ANTIPHON_DATA ?? '../../.antiphon'}/${app}-management.key`, 'utf8').trim()
const answer = await fetch(`https://${process.env.NEXT_PUBLIC_ANTIPHON ?? '127.0.0.1:8443'}/v2/session/apps/${app}`, {
  method: 'PATCH',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ allowed_origins: [process.env.PAGE ?? 'https://127.0.0.1:3200'] }),
})
console.log(answer.ok ? 'The page may call Antiphon.' : await answer.text())
process.exitCode = answer.ok ? 0 : 1
