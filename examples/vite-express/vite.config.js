import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

/** What `antiphon dev` made for itself. */
const folder = process.env.ANTIPHON_DATA ?? '../../.antiphon'
const api = process.env.API ?? 'http://127.0.0.1:3000'

export default defineConfig(({ command }) => ({
  // As the README of the SDK asks: the dev server does not bundle workers, of which it has one.
  optimizeDeps: { exclude: ['@prelude.so/js-sdk'], include: ['@prelude.so/js-sdk > browser-tabs-lock'] },
  // By https, as Antiphon: a page in plain http is of another site than an https API, and browsers withhold its cookies.
  server: command === 'serve' ? { port: 5173, strictPort: true, https: certificate(), proxy: { '/api': api } } : {},
}))

function certificate() {
  return { cert: readFileSync(`${folder}/localhost.crt`), key: readFileSync(`${folder}/localhost.key`) }
}
