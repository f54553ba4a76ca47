import type { HttpRequest } from '../../platform/endpoint.ts'
import { canonicalLocale } from '../messages/locale.ts'

/** The language a client reads first, as its `Accept-Language` says; English when it does not. RFC 9110 §12.5.4. */
export function localeOf({ headers }: HttpRequest): string {
  const first =
    String(headers['accept-language'] ?? '')
      .slice(0, 64)
      .split(/[,;]/)[0]
      ?.trim() ?? ''
  return canonicalLocale(first) ?? 'en'
}
