import { z } from 'zod'
import { scopeName } from '../../core/scopes/scope.ts'
import { failures } from '../../platform/failure.ts'

export const scopeRequest = z.object({ scope: scopeName }).meta({ id: 'ScopeRequest' })
export const scopesResponse = z.object({ scopes: z.array(z.string()) }).meta({ id: 'ScopesResponse' })

export const scopesFailure = failures({
  scope_already_exists: ['conflict', 'The application allows this scope already.'],
  too_many_scopes: ['bad_request', 'An application allows at most 1000 scopes, a user has at most 100.'],
})
