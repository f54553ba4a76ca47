import { failures } from '../../platform/failure.ts'

export const scopeFailure = failures({
  unknown_scope: ['bad_request', 'The application does not allow this scope. Add it to config/scopes first.'],
  reserved_scope: ['bad_request', 'Scopes that begin with `prld:` are granted by a login or a step-up alone.'],
})
