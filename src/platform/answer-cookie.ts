import type { FastifyReply } from 'fastify'
import { attributesOf, type Cookie, unpartitionedTwinOf } from './cookie.ts'

/** Set a cookie with an answer, whatever it says. */
export function setCookie(reply: FastifyReply, cookie: Cookie) {
  const { name, value } = cookie
  const twin = unpartitionedTwinOf(cookie)
  // The plugin keeps one cookie of a name, and writes its own after what stands in the header.
  if (twin) reply.header('set-cookie', reply.server.serializeCookie(name, '', twin))
  reply.setCookie(name, value, attributesOf(cookie))
}
