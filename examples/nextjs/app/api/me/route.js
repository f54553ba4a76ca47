import { authenticate } from '../../verify.js'

/** 401 without a good access token, 503 when nobody can tell whether it is one. */
export async function GET(request) {
  const { claims, status } = await authenticate(request)
  if (!claims) return Response.json({ error: status === 503 ? 'try again' : 'unauthorized' }, { status })
  return Response.json({ user: claims.sub, scopes: claims.scope?.split(' ') ?? [] })
}
