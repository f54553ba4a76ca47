import { createElement, Fragment } from 'react'

/** A sentence of the API’s documents, in which `…` is code. */
export function Prose({ text = '' }: { text?: string | undefined }) {
  const parts = text.split('`').map((part, place) => (place % 2 === 1 ? createElement('code', null, part) : part))
  return createElement(Fragment, null, ...parts)
}
