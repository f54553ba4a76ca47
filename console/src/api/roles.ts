// Generated from the declarations in src/ by `npm run generate`. Do not edit.

export const PERMISSIONS = ["applications:read","applications:write","applications:create","applications:delete","audit:read","config:read","config:write","domains:read","domains:write","events:read","health:read","health:write","imports:read","imports:write","keys:read","keys:write","messages:read","migration:read","operators:read","operators:write","sessions:read","sessions:write","signing_keys:read","signing_keys:write","statistics:read","tokens:mint","users:read","users:write","webhooks:read","webhooks:write","webhooks:replay"] as const

/** What an operator of a role may do. */
export const ROLES = {
  owner: ["applications:read","applications:write","applications:create","applications:delete","audit:read","config:read","config:write","domains:read","domains:write","events:read","health:read","health:write","imports:read","imports:write","keys:read","keys:write","messages:read","migration:read","operators:read","operators:write","sessions:read","sessions:write","signing_keys:read","signing_keys:write","statistics:read","tokens:mint","users:read","users:write","webhooks:read","webhooks:write","webhooks:replay"],
  admin: ["applications:read","applications:write","applications:create","audit:read","config:read","config:write","domains:read","domains:write","events:read","health:read","health:write","imports:read","imports:write","keys:read","keys:write","messages:read","migration:read","operators:read","operators:write","sessions:read","sessions:write","signing_keys:read","signing_keys:write","statistics:read","tokens:mint","users:read","users:write","webhooks:read","webhooks:write","webhooks:replay"],
  developer: ["applications:read","applications:write","config:read","config:write","domains:read","domains:write","health:read","keys:read","keys:write","migration:read","signing_keys:read","statistics:read"],
  support: ["applications:read","events:read","messages:read","sessions:read","sessions:write","statistics:read","users:read","users:write"],
  analyst: ["applications:read","statistics:read"],
  auditor: ["applications:read","audit:read","config:read","domains:read","events:read","health:read","imports:read","keys:read","messages:read","migration:read","operators:read","sessions:read","signing_keys:read","statistics:read","users:read","webhooks:read"],
} as const
