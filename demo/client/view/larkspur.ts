import { find, write } from '../dom.ts'
import type { State } from '../state.ts'

/** The left side: the legacy app. */
export function showLarkspur({ larkspur, antiphon }: State): void {
  find('lark-login').hidden = larkspur !== undefined
  find('lark-home').hidden = larkspur === undefined
  if (!larkspur) return
  write('lark-first-name', larkspur.name.split(' ')[0] ?? larkspur.name)
  write('lark-email', larkspur.email)
  write('lark-token', larkspur.token)
  write(
    'lark-hint',
    antiphon
      ? 'Antiphon no longer needs it. Sign out of Larkspur and see: the session on the right lives on.'
      : 'An opaque token in a cookie. Only Larkspur knows whose it is, and it cannot tell a copy from the original.',
  )
}
