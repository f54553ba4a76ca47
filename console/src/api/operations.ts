// Generated from the declarations in src/ by `npm run generate`. Do not edit.

export type AddUserScopeResponse = { "success": true; "scopes": (string)[] }
export type AddUserToGroupRequest = { "group": string }
export type AddUserToGroupResponse = { "success": true }
export type Application = { "id": string; "name": string; "mode": "dev" | "prod"; "public_origins": (string)[]; "allowed_origins": (string)[]; "redirect_uris": (string)[]; "created_at": string }
export type ApplicationResponse = { "application": Application }
export type AuditEntry = { "id": string; "created_at": string; "actor": string; "operation": string; "target": { [name: string]: string }; "changes": { [name: string]: ("changed" | { "before"?: unknown | undefined; "after"?: unknown | undefined }) }; "ip": (string | null); "request_id": (string | null); "hash": string }
export type BatchLookupRequest = { "external_ids"?: (string)[] | undefined; "internal_ids"?: (string)[] | undefined; "emails"?: (string)[] | undefined }
export type BulkUserResult = { "index": number; "outcome": "created" | "updated" | "unchanged" | "refused"; "id"?: string | undefined; "code"?: string | undefined; "message"?: string | undefined }
export type BulkUsersRequest = { "users": ({ "id"?: string | undefined; "external_id"?: string | undefined; "identifiers"?: (NewIdentifier)[] | undefined; "profile"?: { [name: string]: unknown } | undefined; "status"?: "active" | "inactive" | undefined; "password_hash"?: string | undefined })[]; "mode"?: "upsert" | "create" | undefined; "emit_events"?: boolean | undefined }
export type BulkUsersResponse = { "results": (BulkUserResult)[]; "counts": { "created": number; "updated": number; "unchanged": number; "refused": number } }
export type ClaimsMappingRequest = { "mapping": { [name: string]: unknown }; "as_profile"?: boolean | undefined }
export type ClaimsMappingResponse = { "config": { "mapping": { [name: string]: unknown }; "as_profile": boolean; "version": number; "created_at": string; "updated_at": string } }
export type CommitWebhookEventsResponse = { "committed": number }
export type CreateApplicationRequest = { "id": string; "name"?: string | undefined; "mode"?: "dev" | "prod" | undefined }
export type CreateApplicationResponse = { "application": Application; "management_key": string }
export type CreateDomainRequest = { "domain": string }
export type CreateGroupRequest = { "name": string; "scopes"?: (string)[] | undefined }
export type CreateImportRequest = { "update"?: ("identifiers" | "profile" | "scopes" | "groups" | "federated_identities" | "password_hash" | "status" | "leftovers")[] | undefined; "since"?: string | undefined; "expect"?: number | undefined; "dry_run"?: boolean | undefined; "source": string; "canaries"?: ({ "external_id": string; "password": string })[] | undefined }
export type CreateKeyRequest = { "name": string; "permissions"?: ("applications:read" | "applications:write" | "applications:create" | "applications:delete" | "audit:read" | "config:read" | "config:write" | "domains:read" | "domains:write" | "events:read" | "health:read" | "health:write" | "imports:read" | "imports:write" | "keys:read" | "keys:write" | "messages:read" | "migration:read" | "operators:read" | "operators:write" | "sessions:read" | "sessions:write" | "signing_keys:read" | "signing_keys:write" | "statistics:read" | "tokens:mint" | "users:read" | "users:write" | "webhooks:read" | "webhooks:write" | "webhooks:replay")[] | undefined; "allowed_networks"?: (string)[] | undefined; "expires_at"?: string | undefined }
export type CreateKeyResponse = { "key": ManagementKey; "management_key": string }
export type CreateOperatorRequest = { "name": string; "email": string; "role": "owner" | "admin" | "developer" | "support" | "analyst" | "auditor"; "apps"?: ((string)[] | null) | undefined }
export type CreateOperatorResponse = { "operator": Operator; "invitation": OperatorInvitation }
export type CreateUserJobRequest = { "action": "block" | "unblock" | "end_sessions" | "delete" | "add_to_group" | "remove_from_group"; "group"?: string | undefined; "filter": { "all"?: true | undefined; "status"?: "active" | "inactive" | undefined; "created_after"?: string | undefined; "created_before"?: string | undefined; "query"?: string | undefined; "migrated"?: boolean | undefined; "import_id"?: string | undefined; "group"?: string | undefined; "ids"?: (string)[] | undefined }; "dry_run"?: boolean | undefined; "expect_count"?: number | undefined }
export type CreateUserRequest = { "id"?: string | undefined; "identifiers": (NewIdentifier)[]; "profile"?: { [name: string]: unknown } | undefined; "external_id"?: string | undefined; "password"?: string | undefined; "password_hash"?: string | undefined }
export type CreateUserResponse = { "id": string }
export type DeleteIdentifierResponse = { "message": string }
export type DeleteUserPasskeysResponse = { "deleted": number }
export type Domain = { "id": string; "domain": string; "status": "pending_dns" | "verifying" | "issuing" | "active" | "failed"; "cname_record": string; "txt_record": { "name": string; "value": string }; "checks": ({ "name": "cname" | "address" | "txt" | "proxy" | "claim" | "site" | "caa" | "port_80" | "certificate"; "outcome": "passed" | "warning" | "failed"; "expected": string; "found": string; "hint": (string | null); "at": string })[]; "failing_since": (string | null); "free_at": (string | null); "created_at": string; "updated_at": string }
export type DomainResponse = { "domain": Domain }
export type DomainsResponse = { "domains": (Domain)[] }
export type EndOperatorSessionsResponse = { "ended": number }
export type Event = { "id": string; "type": string; "payload": { [name: string]: unknown }; "created_at": string }
export type EventCatalogueResponse = { "events": (EventDescription)[] }
export type EventDescription = { "type": string; "summary": string; "schema": { [name: string]: unknown }; "sample": { [name: string]: unknown } }
export type Finding = { "level": "ok" | "hint" | "fault"; "topic": string; "what": string; "mend": (string | null) }
export type FindingsResponse = { "findings": (Finding)[] }
export type Group = { "name": string; "scopes": (string)[]; "created_at": string; "updated_at": string }
export type GroupsResponse = { "groups": (Group)[] }
export type HealthOfCertificate = { "names": (string)[]; "not_after": string }
export type HealthOfClock = { "skew_ms": (number | null); "believed": boolean }
export type HealthOfDatabase = { "kind": "sqlite" | "postgres"; "writable": boolean; "pending_migrations": (string)[] }
export type HealthOfJobs = { "waiting": number; "oldest_waiting_since": (string | null); "parked": number }
export type HealthOfMasterKey = { "id": string; "given": "newest" | "previous" | "no"; "sealed": (number | null); "sessions": (number | null); "may_go": boolean }
export type HealthOfMasterKeys = { "counted_at": (string | null); "keys": (HealthOfMasterKey)[] }
export type HealthResponse = { "version": string; "node": string; "processes": (number | null); "database": HealthOfDatabase; "jobs": HealthOfJobs; "clock": HealthOfClock; "master_keys": HealthOfMasterKeys; "certificate": (HealthOfCertificate | null) }
export type Identifier = { "type": "email_address" | "phone_number"; "value": string }
export type IdentifierEnvelope = { "identifier": Identifier }
export type Import = { "id": string; "source": string; "status": "open" | "loading" | "paused" | "completed" | "failed" | "cancelled" | "rolling_back" | "rolled_back"; "problem"?: string | undefined; "options": { "update": ("identifiers" | "profile" | "scopes" | "groups" | "federated_identities" | "password_hash" | "status" | "leftovers")[]; "since"?: string | undefined; "expect"?: number | undefined; "dry_run": boolean }; "progress": { "lines": number; "outcomes": { [name: string]: number }; "received_bytes": number; "loaded_bytes": number; "lines_per_second"?: number | undefined; "seconds_left"?: number | undefined }; "canaries": ({ "outcome": "ok" | "unknown_user" | "no_password" | "wrong_password" | "not_checked"; "checked_at": string })[]; "has_canaries": boolean; "created_at": string; "started_at"?: string | undefined; "finished_at"?: string | undefined }
export type ImportIdsResponse = { "ids": ({ "external_id": string; "id": string })[]; "next"?: string | undefined }
export type ImportLinesPage = { "lines": ({ "line": number; "offset": number; "external_id"?: string | undefined; "field"?: string | undefined; "code": string; "text"?: string | undefined })[]; "next"?: number | undefined }
export type ImportLinesResponse = { "received_bytes": number }
export type ImportReportResponse = { "report": { "source": string; "status": "open" | "loading" | "paused" | "completed" | "failed" | "cancelled" | "rolling_back" | "rolled_back"; "problem"?: string | undefined; "file_sha256"?: string | undefined; "dry_run": boolean; "lines": number; "expected_lines"?: number | undefined; "outcomes": { [name: string]: number }; "codes": { [name: string]: number }; "hash_forms": { [name: string]: number }; "without_password": number; "left_out": { [name: string]: number }; "leftovers": { [name: string]: number }; "unknown_groups": { [name: string]: number }; "deleted": number; "kept": number; "canaries": ({ "outcome": "ok" | "unknown_user" | "no_password" | "wrong_password" | "not_checked"; "checked_at": string })[]; "started_at"?: string | undefined; "finished_at"?: string | undefined } }
export type ImportResponse = { "import": Import }
export type ImportVerification = { "canaries": ({ "outcome": "ok" | "unknown_user" | "no_password" | "wrong_password" | "not_checked"; "checked_at": string })[] }
export type ImportsResponse = { "imports": (Import)[]; "next"?: string | undefined }
export type InvalidateUserSessionsResponse = { "revoked": number }
export type InviteOperatorResponse = { "invitation": OperatorInvitation }
export type LegacyRecord = { "user": { "external_id": string; "identifiers": ({ "type": "email_address" | "phone_number"; "value": string; "verified"?: boolean | undefined; "verified_at"?: string | undefined })[]; "profile"?: { [name: string]: unknown } | undefined; "scopes"?: (string)[] | undefined; "groups"?: (string)[] | undefined; "oauth"?: ({ "provider": "google" | "apple" | "microsoft" | "github" | "okta" | "facebook"; "subject": string })[] | undefined; "password_hash"?: string | undefined } }
export type ListApplicationsResponse = { "applications": (Application)[]; "next"?: string | undefined }
export type ListAuditResponse = { "entries": (AuditEntry)[]; "next"?: string | undefined }
export type ListEventsResponse = { "events": (Event)[]; "next"?: string | undefined }
export type ListFederatedIdentitiesResponse = { "federated_identities": ({ "id": string; "provider": string; "connection_name"?: string | undefined; "issuer"?: string | undefined; "subject": string; "alt_subject"?: string | undefined; "email"?: string | undefined; "created_at": string })[] }
export type ListKeysResponse = { "keys": (ManagementKey)[] }
export type ListOperatorsResponse = { "operators": ({ "id": string; "name": string; "email": string; "role": "owner" | "admin" | "developer" | "support" | "analyst" | "auditor"; "apps": ((string)[] | null); "created_by": string; "created_at": string; "last_seen_at": (string | null); "passkeys": number; "sessions": number })[] }
export type ListParkedJobsResponse = { "jobs": (ParkedJob)[]; "next"?: string | undefined }
export type ListUserPasskeysResponse = { "passkeys": (UserPasskey)[] }
export type ListUserSessionsResponse = { "sessions": (SessionView)[] }
export type LoginPasswordConfigInput = { "hash_method"?: "argon2id" | "bcrypt" | undefined; "enabled": boolean; "rate_limit_login_ip": { "ttl": number; "limit": number }; "rate_limit_login_identifier": { "ttl": number; "limit": number }; "password_compliancy": { "min_length": number; "max_length": number; "uppercase": (number | boolean); "lowercase": (number | boolean); "numbers": (number | boolean); "symbols": (number | boolean) }; "sign_up_enabled"?: boolean | undefined; "reveal_password_not_set"?: boolean | undefined; "refuse_common"?: boolean | undefined; "argon2"?: { "memory_kib"?: number | undefined; "iterations"?: number | undefined } | undefined; "breached_lookup"?: { "enabled"?: boolean | undefined; "range_url"?: string | undefined } | undefined; "password_validation_url"?: string | undefined }
export type LoginPasswordConfigResponse = { "config": { "hash_method": "argon2id" | "bcrypt"; "enabled": boolean; "rate_limit_login_ip": { "ttl": number; "limit": number }; "rate_limit_login_identifier": { "ttl": number; "limit": number }; "password_compliancy": { "min_length": number; "max_length": number; "uppercase": number; "lowercase": number; "numbers": number; "symbols": number }; "sign_up_enabled": boolean; "reveal_password_not_set": boolean; "refuse_common": boolean; "argon2": { "memory_kib": number; "iterations": number }; "breached_lookup": { "enabled": boolean; "range_url": string }; "password_validation_url"?: string | undefined; "created_at": string; "updated_at": string } }
export type MailboxResponse = { "mail": ({ "id": string; "channel": "email" | "sms"; "recipient": string; "subject": string; "text": string; "created_at": string })[] }
export type ManagementKey = { "id": string; "name": string; "permissions": (("applications:read" | "applications:write" | "applications:create" | "applications:delete" | "audit:read" | "config:read" | "config:write" | "domains:read" | "domains:write" | "events:read" | "health:read" | "health:write" | "imports:read" | "imports:write" | "keys:read" | "keys:write" | "messages:read" | "migration:read" | "operators:read" | "operators:write" | "sessions:read" | "sessions:write" | "signing_keys:read" | "signing_keys:write" | "statistics:read" | "tokens:mint" | "users:read" | "users:write" | "webhooks:read" | "webhooks:write" | "webhooks:replay")[] | null); "allowed_networks": ((string)[] | null); "created_at": string; "created_by": (string | null); "expires_at": (string | null); "last_used_at": (string | null); "replaced_by": (string | null) }
export type Message = { "id": string; "channel": "email" | "sms"; "recipient": string; "template": string; "locale": string; "status": "queued" | "sent" | "failed"; "provider": (string | null); "provider_id": (string | null); "reason": (string | null); "created_at": string; "updated_at": string; "expires_at": string }
export type MessageProvider = { "id": string; "channel": "email" | "sms"; "kind": "smtp" | "twilio" | "vonage" | "aws-sns" | "prelude" | "webhook" | "mailbox"; "position": number; "options": { [name: string]: unknown }; "secrets_set": (string)[]; "created_at": string; "updated_at": string }
export type MessageProviderInput = ({ "kind": "smtp"; "channel": "email"; "position"?: number | undefined; "options": { "host": string; "port"?: number | undefined; "security"?: "starttls" | "tls" | "none" | undefined; "user"?: string | undefined; "from": string; "from_name"?: string | undefined; "dkim"?: { "domain": string; "selector": string } | undefined }; "secrets"?: { "password"?: string | undefined; "dkim_private_key"?: string | undefined } | undefined } | { "kind": "twilio"; "channel": "sms"; "position"?: number | undefined; "options": { "account_sid": string; "from"?: string | undefined; "messaging_service_sid"?: string | undefined }; "secrets"?: { "auth_token": string } | undefined } | { "kind": "vonage"; "channel": "sms"; "position"?: number | undefined; "options": { "api_key": string; "from": string }; "secrets"?: { "api_secret": string } | undefined } | { "kind": "aws-sns"; "channel": "sms"; "position"?: number | undefined; "options": { "region": string; "access_key_id": string; "sender_id"?: string | undefined }; "secrets"?: { "secret_access_key": string } | undefined } | { "kind": "prelude"; "channel": "sms"; "position"?: number | undefined; "options": { "template_id": string; "from"?: string | undefined }; "secrets"?: { "api_key": string } | undefined } | { "kind": "webhook"; "channel": "email" | "sms"; "position"?: number | undefined; "options": { "url": string }; "secrets"?: { [name: string]: unknown } | undefined } | { "kind": "mailbox"; "channel": "email" | "sms"; "position"?: number | undefined; "options"?: { [name: string]: unknown } | undefined; "secrets"?: { [name: string]: unknown } | undefined })
export type MessageProviderResponse = { "provider": MessageProvider }
export type MessageProvidersResponse = { "providers": (MessageProvider)[] }
export type MessageResponse = { "message": Message }
export type MessageTemplate = { "template": string; "channel": "email" | "sms"; "locale": string; "built_in": boolean; "subject": string; "text": string; "html": string; "updated_at": (string | null) }
export type MessageTemplateInput = { "subject"?: string | undefined; "text": string; "html"?: string | undefined }
export type MessageTemplateResponse = { "template": MessageTemplate }
export type MessageTemplatesResponse = { "templates": (MessageTemplate)[] }
export type MessagesResponse = { "messages": (Message)[]; "next"?: string | undefined }
export type MigrationConfigInput = ({ "mode"?: "hook" | undefined; "session_validation_url": string } | { "mode": "jwt"; "preset"?: "auth0" | "authjs" | "better-auth" | "clerk" | "cognito" | "descope" | "firebase" | "fusionauth" | "keycloak" | "kratos" | "okta" | "stytch" | "supabase" | "supertokens" | "custom" | undefined; "jwks_url"?: string | undefined; "jwks"?: { "keys": ({ "kty": string })[] } | undefined; "secret_encoding"?: "text" | "base64" | undefined; "cut_over_at"?: string | undefined; "issuer"?: (string | (string)[]) | undefined; "audience"?: (string | (string)[]) | undefined; "token_type"?: string | undefined; "required_claims"?: { [name: string]: ((string | number | boolean) | ((string | number | boolean))[]) } | undefined; "claims"?: { "external_id"?: string | undefined; "email"?: string | undefined; "email_verified"?: string | undefined; "phone_number"?: string | undefined; "phone_number_verified"?: string | undefined; "profile"?: { [name: string]: string } | undefined } | undefined; "expired_grace_seconds"?: number | undefined; "issued_before"?: string | undefined; "secret"?: (string | null) | undefined; "refresh"?: { "token_endpoint"?: string | undefined; "client_id"?: string | undefined; "api_key"?: string | undefined; "client_authentication"?: "post" | "basic" | undefined; "client_secret"?: (string | null) | undefined } | undefined })
export type MigrationConfigResponse = { "config": { "mode": "hook" | "jwt"; "session_validation_url"?: string | undefined; "kept_keys"?: ({ "jwks_url": string; "kept_at": string; "keys": number })[] | undefined; "created_at": string; "updated_at": string } }
export type MigrationDays = { "starts": (string)[]; "here_by_way": { [name: string]: (number)[] }; "not_yet_here"?: (number)[] | undefined }
export type MigrationKeptKeysResponse = { "kept_keys": ({ "jwks_url": string; "kept_at": string; "keys": number })[] }
export type MigrationPeople = { "users": ({ "id": string; "external_id"?: string | undefined; "last_seen_there_at"?: string | undefined; "migrated_at"?: string | undefined })[]; "next"?: string | undefined }
export type MigrationProgressResponse = { "progress": { "users_known": number; "users_migrated": number; "first_logins": { [name: string]: number }; "failures": ({ "reason": string; "count": number; "last_at": string })[] } }
export type MigrationRefusals = { "refusals": ({ "reason": string; "at": string; "token": { "kind": "jwt" | "opaque"; "issuer"?: string | undefined; "subject"?: string | undefined; "algorithm"?: string | undefined; "expired_seconds_ago"?: number | undefined; "characters"?: number | undefined } })[] }
export type MigrationReport = { "application": string; "made_at": string; "verdict": "yes" | "no" | "unclear"; "sentence": string; "conditions": ({ "condition": "sums_add_up" | "canaries_log_in" | "nobody_logged_out" | "nobody_unknown" | "nobody_locked_out" | "hardly_anybody_refused"; "state": "met" | "failed" | "unknown"; "words": string })[]; "users": { "total"?: number | undefined; "here": number; "by_way": { [name: string]: number }; "not_yet_here"?: number | undefined; "idle_30_days": number; "blocked": number; "signed_up_here": number }; "imports": ({ "id": string; "source": string; "status": string; "file_sha256"?: string | undefined; "lines": number; "outcomes": { [name: string]: number }; "hash_forms": { [name: string]: number }; "without_password": number; "conflicts": number; "dropped": { [name: string]: number }; "kept_sealed": { [name: string]: number }; "canaries": { [name: string]: number } })[]; "sessions": { "exchanged": number; "exchanged_in_grace": number; "refused": { [name: string]: number }; "unclear": { [name: string]: number }; "ended": { [name: string]: number }; "last_30_days": { "exchanged": number; "exchanged_in_grace": number; "refused": { [name: string]: number }; "unclear": { [name: string]: number } } }; "left_behind"?: { "count": number; "activity_unknown": number } | undefined; "unknown_here"?: number | undefined; "locked_out": { "count": number; "activity_unknown": number }; "cannot_say": (string)[] }
export type MigrationReportResponse = { "report": MigrationReport; "signed": string; "days": MigrationDays }
export type MigrationTryRequest = { "token": string }
export type MigrationTryResponse = { "outcome": "exchanged" | "refused" | "unclear" | "would_refresh"; "reason"?: string | undefined; "way"?: "token" | "grace" | "refresh" | "hook" | undefined; "steps": ({ "step": string; "result": "passed" | "refused" | "doubt" | "would"; "detail": string })[]; "user"?: { "external_id": string; "identifiers": ({ "type": string; "value": string; "verified": boolean })[]; "federated_identities": ({ "provider": string; "subject": string })[]; "profile": { [name: string]: unknown } } | undefined; "left_out": (string)[]; "match"?: { "kind": "known" | "link" | "create" | "conflict" | "blocked" | "unidentified"; "user_id"?: string | undefined } | undefined }
export type MintTokenRequest = { "claims": { "exp"?: number | undefined } }
export type MintTokenResponse = { "token": string; "expires_at": string }
export type Mode = { "mode": "dev" | "prod" }
export type NewIdentifier = { "type": "email_address" | "phone_number"; "value": string; "verified"?: true | undefined }
export type NewIdentifierEnvelope = { "identifier": NewIdentifier }
export type NextWebhookDeliveryResponse = { "delivery"?: { "id": string; "events": (WebhookEvent)[]; "body": string; "headers": { [name: string]: string } } | undefined }
export type OAuthLoginConfig = { "type": "personal" | "enterprise"; "client_id": string; "enabled": boolean; "scopes": (string)[]; "granted_scopes": (string)[]; "options": { "use_email_as_identifier": boolean; "allow_email_account_merge": boolean; "verify_email": boolean }; "apple"?: { "team_id": string; "key_id": string } | undefined; "okta"?: { "issuer_url": string } | undefined; "microsoft"?: { "tenant": string } | undefined; "oidc"?: { "issuer_url": string; "subject_claim": string } | undefined; "enterprise"?: { "email_domain_allowlist": (string)[]; "default_redirect_uri"?: string | undefined } | undefined; "provider_id": string; "connection_id"?: string | undefined; "redirect_uri": string; "created_at": string; "updated_at": string }
export type OAuthLoginConfigInput = { "type"?: "personal" | "enterprise" | undefined; "client_id": string; "client_secret"?: string | undefined; "enabled"?: boolean | undefined; "scopes"?: (string)[] | undefined; "granted_scopes"?: (string)[] | undefined; "options"?: { "use_email_as_identifier"?: boolean | undefined; "allow_email_account_merge"?: boolean | undefined; "verify_email"?: boolean | undefined } | undefined; "apple"?: { "team_id": string; "key_id": string; "p8_key"?: string | undefined; "private_key"?: string | undefined } | undefined; "okta"?: ({ "issuer_url": string } | { "domain": string }) | undefined; "microsoft"?: { "tenant": string } | undefined; "oidc"?: { "issuer_url": string; "subject_claim"?: string | undefined } | undefined; "enterprise"?: { "email_domain_allowlist": (string)[]; "default_redirect_uri"?: string | undefined } | undefined }
export type OAuthLoginConfigResponse = { "config": OAuthLoginConfig }
export type OAuthLoginConfigsResponse = { "configs": (OAuthLoginConfig)[] }
export type Operator = { "id": string; "name": string; "email": string; "role": "owner" | "admin" | "developer" | "support" | "analyst" | "auditor"; "apps": ((string)[] | null); "created_by": string; "created_at": string; "last_seen_at": (string | null) }
export type OperatorInvitation = { "token": string; "expires_at": string }
export type OtpLoginConfig = { "id": string; "config_type": "otp"; "channel_type": "sms" | "email"; "is_default": boolean; "template_id"?: string | undefined; "sender_id"?: string | undefined; "granted_scopes": (string)[]; "code_size": number; "created_at": string; "updated_at": string }
export type OtpLoginConfigInput = { "config_type"?: "otp" | undefined; "channel_type": "sms" | "email"; "is_default"?: boolean | undefined; "template_id"?: (string | null) | undefined; "sender_id"?: (string | null) | undefined; "granted_scopes"?: (string)[] | undefined; "grant_change_password"?: boolean | undefined; "code_size"?: number | undefined }
export type OtpLoginConfigResponse = { "login_config": OtpLoginConfig }
export type OtpLoginConfigsResponse = { "login_configs": (OtpLoginConfig)[] }
export type ParkedJob = { "id": string; "kind": string; "app_id": (string | null); "attempts": number; "last_error": (string | null); "request_id": (string | null); "since": string }
export type PasskeyConfig = { "rp_id": string; "rp_name": string; "allowed_origins": (string)[]; "user_verification": "required" | "preferred" | "discouraged"; "attestation_preference": "none" | "indirect" | "direct" | "enterprise"; "login_enabled": boolean; "granted_scopes": (string)[]; "aaguid_allowlist": (string)[]; "attestation_roots": (string)[]; "created_at": string; "updated_at": string }
export type PasskeyConfigInput = { "rp_id": string; "rp_name": string; "allowed_origins": (string)[]; "user_verification"?: "required" | "preferred" | "discouraged" | undefined; "attestation_preference"?: "none" | "indirect" | "direct" | "enterprise" | undefined; "login_enabled"?: boolean | undefined; "granted_scopes"?: (string)[] | undefined; "aaguid_allowlist"?: (string)[] | undefined; "attestation_roots"?: (string)[] | undefined }
export type PasskeyConfigResponse = { "config": PasskeyConfig }
export type PasswordSecret = { "name": string; "kind": "pepper" | "firebase_scrypt"; "created_at": string; "updated_at": string }
export type PasswordSecretInput = ({ "kind": "pepper"; "value": string } | { "kind": "firebase_scrypt"; "mem_cost": number; "rounds": number; "salt_separator": string; "signer_key": string })
export type PasswordSecretsResponse = { "secrets": (PasswordSecret)[] }
export type PreviewClaimsMappingRequest = { "user_id": string }
export type PreviewClaimsMappingResponse = { "claims": { [name: string]: unknown }; "size_bytes": number; "warning"?: string | undefined }
export type PreviewMessageTemplateRequest = { "channel": "email" | "sms"; "template"?: string | undefined; "locale"?: string | undefined; "texts"?: { "subject"?: string | undefined; "text": string; "html"?: string | undefined } | undefined }
export type PreviewMessageTemplateResponse = { "preview": { "subject": string; "text": string; "html": string } }
export type Profile = { [name: string]: unknown }
export type PutPasskeyConfigResponse = { "config": PasskeyConfig; "orphaned_passkeys"?: number | undefined }
export type ReplayWebhookDeliveryResponse = { "delivery": WebhookDelivery; "try": WebhookTry }
export type ReplayWebhookResponse = { "count": number }
export type RevokeSigningKeyResponse = { "kid": string; "successor"?: string | undefined }
export type RotateKeyRequest = { "overlap_seconds"?: number | undefined; "expires_at"?: string | undefined }
export type RotateKeyResponse = { "key": ManagementKey; "management_key": string; "previous": ManagementKey }
export type RotateSigningKeysRequest = { "purpose"?: "access_token" | "challenge_token" | "webhook" | undefined }
export type RotateSigningKeysResponse = SigningKeysResponse
export type SAMLConnection = { "id": string; "provider_id": string; "name": string; "enabled": boolean; "idp": { "entity_id": string; "sso_url": string; "slo_url"?: string | undefined; "certificates": (string)[]; "certificate_details": ({ "fingerprint": string; "not_before": string; "expires_at": string; "source": "operator" | "metadata"; "gone_since"?: string | undefined })[] }; "sp": { "entity_id": string; "acs_url": string; "slo_url": null; "metadata_url": string; "signing_certificate": string }; "behavior": { "jit_provisioning": boolean; "allow_email_account_merge": boolean; "email_domain_allowlist": (string)[]; "enforce_login": boolean; "default_redirect_uri"?: string | undefined; "allow_sha1": boolean; "allowed_groups": (string)[] }; "mapping": { "email"?: string | undefined; "given_name"?: string | undefined; "family_name"?: string | undefined; "groups"?: string | undefined; "custom": { [name: string]: string } }; "metadata_url"?: string | undefined; "refreshed_at"?: string | undefined; "refresh_problem"?: "unreachable" | "invalid" | "entity_id_changed" | undefined; "warnings": ({ "code": string; "message": string })[]; "created_at": string; "updated_at": string }
export type SAMLConnectionChange = { "name"?: string | undefined; "enabled"?: boolean | undefined; "idp_metadata_url"?: (string | null) | undefined; "idp_metadata_xml"?: string | undefined; "idp"?: { "entity_id"?: string | undefined; "sso_url"?: string | undefined; "slo_url"?: (string | null) | undefined; "certificates"?: (string)[] | undefined } | undefined; "behavior"?: { "jit_provisioning"?: boolean | undefined; "allow_email_account_merge"?: boolean | undefined; "email_domain_allowlist"?: ((string)[] | null) | undefined; "enforce_login"?: boolean | undefined; "default_redirect_uri"?: (string | null) | undefined; "allow_sha1"?: boolean | undefined; "allowed_groups"?: ((string)[] | null) | undefined } | undefined; "mapping"?: { "email"?: (string | null) | undefined; "given_name"?: (string | null) | undefined; "first_name"?: (string | null) | undefined; "family_name"?: (string | null) | undefined; "last_name"?: (string | null) | undefined; "groups"?: (string | null) | undefined; "custom"?: { [name: string]: (string | null) } | undefined } | undefined }
export type SAMLConnectionInput = { "name": string; "enabled"?: boolean | undefined; "idp_metadata_url"?: string | undefined; "idp_metadata_xml"?: string | undefined; "idp"?: { "entity_id": string; "sso_url": string; "slo_url"?: (string | null) | undefined; "certificates": (string)[] } | undefined; "behavior"?: { "jit_provisioning"?: boolean | undefined; "allow_email_account_merge"?: boolean | undefined; "email_domain_allowlist"?: ((string)[] | null) | undefined; "enforce_login"?: boolean | undefined; "default_redirect_uri"?: (string | null) | undefined; "allow_sha1"?: boolean | undefined; "allowed_groups"?: ((string)[] | null) | undefined } | undefined; "mapping"?: { "email"?: (string | null) | undefined; "given_name"?: (string | null) | undefined; "first_name"?: (string | null) | undefined; "family_name"?: (string | null) | undefined; "last_name"?: (string | null) | undefined; "groups"?: (string | null) | undefined; "custom"?: { [name: string]: (string | null) } | undefined } | undefined }
export type SAMLConnectionResponse = { "connection": SAMLConnection }
export type SAMLConnectionsResponse = { "connections": (SAMLConnection)[] }
export type SAMLDryRun = { "outcome": "accepted" | "late" | "refused"; "checks": ({ "name": "size" | "base64" | "encoding" | "markup" | "characters" | "well_formed" | "limits" | "namespaces" | "response" | "one_assertion" | "unique_ids" | "signature_form" | "plain_text" | "methods" | "certificates" | "signature" | "issuer" | "status" | "destination" | "subject" | "confirmation" | "conditions" | "audience" | "age" | "authentication" | "in_response_to" | "attributes" | "email_domain"; "result": "passed" | "late" | "refused" | "not_reached"; "reason"?: string | undefined })[]; "uses_sha1": boolean; "person"?: { "name_id": string; "name_id_format"?: string | undefined; "email"?: string | undefined; "email_domain_allowed": boolean; "profile": { [name: string]: unknown }; "groups": (string)[]; "attributes": { [name: string]: (string)[] } } | undefined }
export type SAMLDryRunInput = { "saml_response": string }
export type SAMLKey = { "generation": number; "state": "announced" | "signs" | "over"; "certificate": string; "created_at": string; "expires_at": string }
export type SAMLKeyResponse = { "saml_key": SAMLKey }
export type SAMLKeysResponse = { "saml_keys": (SAMLKey)[] }
export type ScopeRequest = { "scope": string }
export type ScopesResponse = { "scopes": (string)[] }
export type SessionView = { "id": string; "device_model": string; "device_type": "desktop" | "mobile" | "tablet" | "unknown"; "os_version": string; "country_code": string; "created_at": string; "last_seen_at": string; "expires_at": string }
export type SetUserPasswordRequest = { "password"?: string | undefined; "password_hash"?: string | undefined; "end_sessions"?: boolean | undefined }
export type SettingsResponse = { "settings": { [name: string]: { [name: string]: unknown } } }
export type Signals = { "user_agent": string; "platform": "WEB" | "ANDROID" | "IOS"; "ip": string }
export type SigningKey = { "kid": string; "purpose": "access_token" | "challenge_token" | "webhook" | "development_token"; "alg": "EdDSA" | "ES256" | "RS256" | "PS256"; "state": "signing" | "next" | "verifying"; "created_at": string; "signs_since": string }
export type SigningKeysResponse = { "signing_keys": (SigningKey)[] }
export type StatisticsResponse = { "metric": "session_started" | "session_ended" | "exchange" | "password_login" | "login_refused" | "message" | "code"; "starts": (string)[]; "series": (StatisticsSeries)[] }
export type StatisticsSeries = { "labels": { [name: string]: string }; "total": number; "counts": (number)[] }
export type StepUpConfigInput = { "jwks_url"?: ("" | string) | undefined; "step_keys": ({ "key": string; "description"?: string | undefined })[]; "allowed_scopes": (({ "scope": string; "mode": "delegated"; "delegated": { "delegation_hook": string } } | { "scope": string; "mode": "direct"; "direct": { "identifier_types": ("email_address" | "phone_number")[]; "status": "continue" | "review" | "block"; "grant_mode": "single-use" | "session-bound" | "profile-bound"; "granted_for"?: number | undefined; "steps"?: ({ "order": number; "key": string; "expiration_duration"?: number | undefined })[] | undefined } } | { "scope": "prld:phone:register" | "prld:email:register"; "mode": "managed" }))[] }
export type StepUpConfigResponse = { "config": { "jwks_url": ("" | string); "step_keys": ({ "key": string; "description": string })[]; "allowed_scopes": (({ "scope": string; "mode": "delegated"; "delegated": { "delegation_hook": string } } | { "scope": string; "mode": "direct"; "direct": { "identifier_types": ("email_address" | "phone_number")[]; "status": "continue" | "review" | "block"; "grant_mode": "single-use" | "session-bound" | "profile-bound"; "granted_for": number; "steps": ({ "order": number; "key": string; "expiration_duration": number })[] } } | { "scope": "prld:phone:register" | "prld:email:register"; "mode": "managed" }))[]; "created_at": string; "updated_at": string } }
export type StepUpTerms = { "status": "continue" | "review" | "block"; "grant_mode": "single-use" | "session-bound" | "profile-bound"; "granted_for"?: number | undefined; "steps"?: ({ "order": number; "key": string; "expiration_duration"?: number | undefined })[] | undefined }
export type TestMessageProviderRequest = { "recipient": string }
export type TestMessageProviderResponse = { "outcome": { "status": "sent" | "failed"; "reason": (string | null) } }
export type TestWebhookResponse = { "delivered": boolean; "body": string; "try": WebhookTry }
export type TokenConfigResponse = { "config": { "access_token_ttl_seconds": number; "refresh_token_ttl_seconds": number } }
export type UpdateApplicationRequest = { "name"?: string | undefined; "public_origins"?: (string)[] | undefined; "allowed_origins"?: (string)[] | undefined; "redirect_uris"?: (string)[] | undefined }
export type UpdateExternalIDRequest = { "external_id": string }
export type UpdateGroupRequest = { "scopes": (string)[] }
export type UpdateOperatorRequest = { "name"?: string | undefined; "role"?: "owner" | "admin" | "developer" | "support" | "analyst" | "auditor" | undefined; "apps"?: ((string)[] | null) | undefined }
export type UpdateOperatorResponse = { "operator": Operator }
export type UpdateSettingsRequest = { "settings": { [name: string]: { [name: string]: unknown } } }
export type UpdateStatusRequest = { "status": "active" | "inactive" }
export type UpdateTokenConfigRequest = { "access_token_ttl_seconds"?: number | undefined; "refresh_token_ttl_seconds"?: number | undefined }
export type User = { "id": string; "external_id"?: string | undefined; "internal_id"?: string | undefined; "status": "active" | "inactive"; "identifiers": (UserIdentifier)[]; "scopes": (string)[]; "profile": { [name: string]: unknown }; "created_at": string; "updated_at": string }
export type UserGroupsResponse = { "groups": (string)[] }
export type UserIdentifier = { "type": "email_address" | "phone_number"; "value": string; "verified"?: boolean | undefined }
export type UserJob = { "id": string; "action": "block" | "unblock" | "end_sessions" | "delete" | "add_to_group" | "remove_from_group"; "group"?: string | undefined; "filter": { "all"?: true | undefined; "status"?: "active" | "inactive" | undefined; "created_after"?: string | undefined; "created_before"?: string | undefined; "query"?: string | undefined; "migrated"?: boolean | undefined; "import_id"?: string | undefined; "group"?: string | undefined; "ids_count"?: number | undefined }; "dry_run": boolean; "expect_count"?: number | undefined; "status": "counting" | "running" | "completed" | "failed" | "cancelled"; "problem"?: string | undefined; "matched": number; "done": number; "unchanged": number; "failed": number; "failed_ids": (string)[]; "created_at": string; "updated_at": string; "finished_at"?: string | undefined }
export type UserJobResponse = { "job": UserJob }
export type UserJobsResponse = { "jobs": (UserJob)[]; "next"?: string | undefined }
export type UserPasskey = { "credential_id": string; "nickname"?: string | undefined; "rp_id": string; "aaguid": string; "transports": (string)[]; "backup_eligible": boolean; "backup_state": boolean; "created_at": string; "last_used_at"?: string | undefined }
export type UserResponse = { "user": User }
export type UsersPageResponse = { "users": (User)[]; "next"?: string | undefined }
export type UsersResponse = { "users": (User)[] }
export type VerifyWebhookBodyResponse = { "valid": boolean; "delivery_id"?: string | undefined; "same"?: boolean | undefined; "differs_at"?: number | undefined; "sent"?: string | undefined; "received"?: string | undefined; "hint"?: string | undefined }
export type Webhook = { "id": string; "kind": "push" | "pull"; "url"?: string | undefined; "events": (string)[]; "active": boolean; "status": "inactive" | "healthy" | "failing" | "paused"; "paused_reason"?: "deactivated" | "failing" | "gone" | "overfull" | undefined; "options": { "accept_2xx": boolean; "standard_webhooks": boolean; "max_batch": number }; "last_http_code"?: number | undefined; "last_http_code_date"?: string | undefined; "failing_since"?: string | undefined; "pauses_at"?: string | undefined; "last_success_at"?: string | undefined; "next_try_at"?: string | undefined; "created_at": string; "updated_at": string }
export type WebhookChange = { "url"?: string | undefined; "verification_token"?: string | undefined; "events"?: ("application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused")[] | undefined; "options"?: { "accept_2xx"?: boolean | undefined; "standard_webhooks"?: boolean | undefined; "max_batch"?: number | undefined } | undefined; "force"?: boolean | undefined }
export type WebhookDeliveriesResponse = { "deliveries": (WebhookDelivery)[]; "next"?: string | undefined }
export type WebhookDelivery = { "id": string; "status": "pending" | "delivered" | "halved" | "stuck"; "events": ({ "id": string; "type": string; "sequence": number })[]; "tries": number; "next_try_at"?: string | undefined; "last_http_code"?: number | undefined; "last_duration_ms"?: number | undefined; "replayed": boolean; "created_at": string; "done_at"?: string | undefined }
export type WebhookDeliveryResponse = { "delivery": { "id": string; "status": "pending" | "delivered" | "halved" | "stuck"; "events": ({ "id": string; "type": string; "sequence": number })[]; "tries": number; "next_try_at"?: string | undefined; "last_http_code"?: number | undefined; "last_duration_ms"?: number | undefined; "replayed": boolean; "created_at": string; "done_at"?: string | undefined; "body": string; "log": (WebhookTry)[] } }
export type WebhookDetails = { "id": string; "kind": "push" | "pull"; "url"?: string | undefined; "events": (string)[]; "active": boolean; "status": "inactive" | "healthy" | "failing" | "paused"; "paused_reason"?: "deactivated" | "failing" | "gone" | "overfull" | undefined; "options": { "accept_2xx": boolean; "standard_webhooks": boolean; "max_batch": number }; "last_http_code"?: number | undefined; "last_http_code_date"?: string | undefined; "failing_since"?: string | undefined; "pauses_at"?: string | undefined; "last_success_at"?: string | undefined; "next_try_at"?: string | undefined; "created_at": string; "updated_at": string; "waiting": number; "oldest_waiting_at"?: string | undefined; "stuck": number; "last_sequence": number; "committed"?: number | undefined; "standard_webhooks_keys"?: (string)[] | undefined }
export type WebhookEvent = { "id": string; "type": string; "payload": { [name: string]: unknown }; "created_at": string; "sequence": number }
export type WebhookEventsResponse = { "events": (WebhookEvent)[]; "next"?: number | undefined }
export type WebhookInput = { "kind"?: "push" | "pull" | undefined; "url"?: string | undefined; "verification_token"?: string | undefined; "events": ("application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused")[]; "options"?: { "accept_2xx"?: boolean | undefined; "standard_webhooks"?: boolean | undefined; "max_batch"?: number | undefined } | undefined; "force"?: boolean | undefined }
export type WebhookResponse = { "webhook": WebhookDetails }
export type WebhookStatsResponse = { "hours": ({ "hour": string; "sent": number; "failed": number; "p50_ms": number; "p95_ms": number })[]; "waiting": number }
export type WebhookTry = { "at": string; "duration_ms": number; "http_code"?: number | undefined; "reason"?: string | undefined; "answer": string }
export type WebhooksResponse = { "webhooks": (Webhook)[] }

export interface Operations {
  createMigrationConfig: { path: { appID: string }; body: MigrationConfigInput; answer: MigrationConfigResponse }
  getMigrationConfig: { path: { appID: string }; answer: MigrationConfigResponse }
  updateMigrationConfig: { path: { appID: string }; body: MigrationConfigInput; answer: MigrationConfigResponse }
  deleteMigrationConfig: { path: { appID: string }; answer: undefined }
  getMigrationProgress: { path: { appID: string }; answer: MigrationProgressResponse }
  keepMigrationKeys: { path: { appID: string }; answer: MigrationKeptKeysResponse }
  tryMigration: { path: { appID: string }; body: MigrationTryRequest; answer: MigrationTryResponse }
  listLoginOtpConfigs: { path: { appID: string }; answer: OtpLoginConfigsResponse }
  createLoginOtpConfig: { path: { appID: string }; body: OtpLoginConfigInput; answer: OtpLoginConfigResponse }
  updateLoginOtpConfig: { path: { appID: string; loginConfigID: string }; body: OtpLoginConfigInput; answer: OtpLoginConfigResponse }
  deleteLoginOtpConfig: { path: { appID: string; loginConfigID: string }; answer: undefined }
  createLoginPasswordConfig: { path: { appID: string }; body: LoginPasswordConfigInput; answer: LoginPasswordConfigResponse }
  getLoginPasswordConfig: { path: { appID: string }; answer: LoginPasswordConfigResponse }
  updateLoginPasswordConfig: { path: { appID: string }; body: LoginPasswordConfigInput; answer: LoginPasswordConfigResponse }
  deleteLoginPasswordConfig: { path: { appID: string }; answer: undefined }
  listPasswordSecrets: { path: { appID: string }; answer: PasswordSecretsResponse }
  putPasswordSecret: { path: { appID: string; name: string }; body: PasswordSecretInput; answer: { "secret": PasswordSecret } }
  getPasswordSecret: { path: { appID: string; name: string }; answer: { "secret": PasswordSecret } }
  deletePasswordSecret: { path: { appID: string; name: string }; answer: undefined }
  listLoginOAuthConfigs: { path: { appID: string }; answer: OAuthLoginConfigsResponse }
  createLoginOAuthConfig: { path: { appID: string; provider: string }; body: OAuthLoginConfigInput; answer: OAuthLoginConfigResponse }
  getLoginOAuthConfig: { path: { appID: string; provider: string }; answer: OAuthLoginConfigResponse }
  updateLoginOAuthConfig: { path: { appID: string; provider: string }; body: OAuthLoginConfigInput; answer: OAuthLoginConfigResponse }
  deleteLoginOAuthConfig: { path: { appID: string; provider: string }; answer: undefined }
  getOAuthConnection: { path: { appID: string; provider: string; connectionID: string }; answer: OAuthLoginConfigResponse }
  updateOAuthConnection: { path: { appID: string; provider: string; connectionID: string }; body: OAuthLoginConfigInput; answer: OAuthLoginConfigResponse }
  deleteOAuthConnection: { path: { appID: string; provider: string; connectionID: string }; answer: undefined }
  listSAMLConnections: { path: { appID: string }; answer: SAMLConnectionsResponse }
  createSAMLConnection: { path: { appID: string; provider: string }; body: SAMLConnectionInput; answer: SAMLConnectionResponse }
  getSAMLConnection: { path: { appID: string; provider: string; samlConnectionID: string }; answer: SAMLConnectionResponse }
  updateSAMLConnection: { path: { appID: string; provider: string; samlConnectionID: string }; body: SAMLConnectionChange; answer: SAMLConnectionResponse }
  deleteSAMLConnection: { path: { appID: string; provider: string; samlConnectionID: string }; answer: undefined }
  getSAMLServiceProviderMetadata: { path: { appID: string; provider: string; samlConnectionID: string }; answer: string }
  testSAMLConnection: { path: { appID: string; provider: string; samlConnectionID: string }; body: SAMLDryRunInput; answer: SAMLDryRun }
  listSAMLKeys: { path: { appID: string }; answer: SAMLKeysResponse }
  announceSAMLKey: { path: { appID: string }; answer: SAMLKeyResponse }
  switchSAMLKey: { path: { appID: string }; answer: SAMLKeyResponse }
  putPasskeyConfig: { path: { appID: string }; body: PasskeyConfigInput; answer: PutPasskeyConfigResponse }
  getPasskeyConfig: { path: { appID: string }; answer: PasskeyConfigResponse }
  deletePasskeyConfig: { path: { appID: string }; answer: undefined }
  listUserPasskeys: { path: { appID: string; userID: string }; answer: ListUserPasskeysResponse }
  deleteUserPasskeys: { path: { appID: string; userID: string }; answer: DeleteUserPasskeysResponse }
  deleteUserPasskey: { path: { appID: string; userID: string; credentialID: string }; answer: undefined }
  listFederatedIdentities: { path: { appID: string; userID: string }; answer: ListFederatedIdentitiesResponse }
  deleteFederatedIdentity: { path: { appID: string; userID: string; identityID: string }; answer: undefined }
  createStepUpConfig: { path: { appID: string }; body: StepUpConfigInput; answer: StepUpConfigResponse }
  getStepUpConfig: { path: { appID: string }; answer: StepUpConfigResponse }
  updateStepUpConfig: { path: { appID: string }; body: StepUpConfigInput; answer: StepUpConfigResponse }
  deleteStepUpConfig: { path: { appID: string }; answer: undefined }
  listSigningKeys: { path: { appID: string }; answer: SigningKeysResponse }
  rotateSigningKeys: { path: { appID: string }; body: RotateSigningKeysRequest; answer: RotateSigningKeysResponse }
  revokeSigningKey: { path: { appID: string; kid: string }; answer: RevokeSigningKeyResponse }
  createApplication: { body: CreateApplicationRequest; answer: CreateApplicationResponse }
  listApplications: { query?: { limit?: number | undefined; after?: string | undefined }; answer: ListApplicationsResponse }
  getApplication: { path: { appID: string }; answer: ApplicationResponse }
  updateApplication: { path: { appID: string }; body: UpdateApplicationRequest; answer: ApplicationResponse }
  deleteApplication: { path: { appID: string }; answer: undefined }
  getSettings: { path: { appID: string }; answer: SettingsResponse }
  updateSettings: { path: { appID: string }; body: UpdateSettingsRequest; answer: SettingsResponse }
  listKeys: { path: { appID: string }; answer: ListKeysResponse }
  createKey: { path: { appID: string }; body: CreateKeyRequest; answer: CreateKeyResponse }
  rotateKey: { path: { appID: string; keyID: string }; body: RotateKeyRequest; answer: RotateKeyResponse }
  deleteKey: { path: { appID: string; keyID: string }; answer: undefined }
  getMode: { path: { appID: string }; answer: Mode }
  updateMode: { path: { appID: string }; body: Mode; answer: undefined }
  mintToken: { path: { appID: string }; body: MintTokenRequest; answer: MintTokenResponse }
  getTokenConfig: { path: { appID: string }; answer: TokenConfigResponse }
  updateTokenConfig: { path: { appID: string }; body: UpdateTokenConfigRequest; answer: TokenConfigResponse }
  listDomains: { path: { appID: string }; answer: DomainsResponse }
  createDomain: { path: { appID: string }; body: CreateDomainRequest; answer: DomainResponse }
  getDomain: { path: { appID: string; domainID: string }; answer: DomainResponse }
  deleteDomain: { path: { appID: string; domainID: string }; answer: undefined }
  verifyDomain: { path: { appID: string; domainID: string }; answer: DomainResponse }
  createUser: { path: { appID: string }; body: CreateUserRequest; answer: CreateUserResponse }
  listUsers: { path: { appID: string }; query?: { identifier_type?: "email_address" | "phone_number" | undefined; identifier_value?: string | undefined; query?: string | undefined; status?: "active" | "inactive" | undefined; created_after?: string | undefined; limit?: number | undefined; after?: string | undefined; unverified?: "true" | "false" | undefined }; answer: UsersPageResponse }
  bulkUsers: { path: { appID: string }; body: BulkUsersRequest; answer: BulkUsersResponse }
  createUserJob: { path: { appID: string }; body: CreateUserJobRequest; answer: UserJobResponse }
  listUserJobs: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined }; answer: UserJobsResponse }
  getUserJob: { path: { appID: string; userJobID: string }; answer: UserJobResponse }
  cancelUserJob: { path: { appID: string; userJobID: string }; answer: UserJobResponse }
  getUser: { path: { appID: string; userID: string }; query?: { unverified?: "true" | "false" | undefined }; answer: UserResponse }
  deleteUser: { path: { appID: string; userID: string }; answer: undefined }
  batchLookup: { path: { appID: string }; body: BatchLookupRequest; answer: UsersResponse }
  updateUserProfile: { path: { appID: string; userID: string }; body: Profile; answer: undefined }
  updateStatus: { path: { appID: string; userID: string }; body: UpdateStatusRequest; answer: UserResponse }
  updateExternalId: { path: { appID: string; userID: string }; body: UpdateExternalIDRequest; answer: undefined }
  createIdentifier: { path: { appID: string; userID: string }; body: NewIdentifierEnvelope; answer: IdentifierEnvelope }
  deleteIdentifier: { path: { appID: string; userID: string }; body: IdentifierEnvelope; answer: DeleteIdentifierResponse }
  setUserPassword: { path: { appID: string; userID: string }; body: SetUserPasswordRequest; answer: undefined }
  listUserSessions: { path: { appID: string; userID: string }; query?: { limit?: number | undefined }; answer: ListUserSessionsResponse }
  invalidateUserSession: { path: { appID: string; userID: string; sessionID: string }; answer: undefined }
  invalidateUserSessions: { path: { appID: string; userID: string }; answer: InvalidateUserSessionsResponse }
  listScopes: { path: { appID: string }; answer: ScopesResponse }
  createScope: { path: { appID: string }; body: ScopeRequest; answer: ScopesResponse }
  deleteScope: { path: { appID: string }; body: ScopeRequest; answer: ScopesResponse }
  addUserScope: { path: { appID: string; userID: string }; body: ScopeRequest; answer: AddUserScopeResponse }
  removeUserScope: { path: { appID: string; userID: string }; body: ScopeRequest; answer: ScopesResponse }
  listGroups: { path: { appID: string }; answer: GroupsResponse }
  createGroup: { path: { appID: string }; body: CreateGroupRequest; answer: Group }
  getGroup: { path: { appID: string; groupName: string }; answer: Group }
  updateGroup: { path: { appID: string; groupName: string }; body: UpdateGroupRequest; answer: Group }
  deleteGroup: { path: { appID: string; groupName: string }; answer: undefined }
  listUserGroups: { path: { appID: string; userID: string }; answer: UserGroupsResponse }
  addUserToGroup: { path: { appID: string; userID: string }; body: AddUserToGroupRequest; answer: AddUserToGroupResponse }
  removeUserFromGroup: { path: { appID: string; userID: string; groupName: string }; answer: undefined }
  createClaimsMapping: { path: { appID: string }; body: ClaimsMappingRequest; answer: ClaimsMappingResponse }
  getClaimsMapping: { path: { appID: string }; answer: ClaimsMappingResponse }
  updateClaimsMapping: { path: { appID: string }; body: ClaimsMappingRequest; answer: ClaimsMappingResponse }
  deleteClaimsMapping: { path: { appID: string }; answer: undefined }
  previewClaimsMapping: { path: { appID: string }; body: PreviewClaimsMappingRequest; answer: PreviewClaimsMappingResponse }
  createImport: { path: { appID: string }; body: CreateImportRequest; answer: ImportResponse }
  listImports: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined }; answer: ImportsResponse }
  putImportLines: { path: { appID: string; importID: string }; query?: { offset?: number | undefined }; body: string; answer: ImportLinesResponse }
  listImportLines: { path: { appID: string; importID: string }; query?: { outcome?: "refused" | "conflict" | "skipped" | "left_out" | "kept" | undefined; cursor?: number | undefined; limit?: number | undefined; text?: "true" | "false" | undefined }; answer: ImportLinesPage }
  startImport: { path: { appID: string; importID: string }; body: { "file_sha256"?: string | undefined }; answer: ImportResponse }
  pauseImport: { path: { appID: string; importID: string }; answer: ImportResponse }
  resumeImport: { path: { appID: string; importID: string }; answer: ImportResponse }
  cancelImport: { path: { appID: string; importID: string }; answer: ImportResponse }
  rollBackImport: { path: { appID: string; importID: string }; answer: ImportResponse }
  verifyImport: { path: { appID: string; importID: string }; answer: ImportVerification }
  getImport: { path: { appID: string; importID: string }; answer: ImportResponse }
  listImportIds: { path: { appID: string; importID: string }; query?: { all?: "true" | "false" | undefined; limit?: number | undefined; after?: string | undefined }; answer: ImportIdsResponse }
  getImportReport: { path: { appID: string; importID: string }; answer: ImportReportResponse }
  getMigrationReport: { path: { appID: string }; answer: MigrationReportResponse }
  listLeftBehind: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined }; answer: MigrationPeople }
  listLockedOut: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined }; answer: MigrationPeople }
  listUnknownHere: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined }; answer: MigrationPeople }
  listMigrationRefusals: { path: { appID: string }; answer: MigrationRefusals }
  listEvents: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined; type?: "application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused" | undefined; user_id?: string | undefined }; answer: ListEventsResponse }
  getStatistics: { path: { appID: string }; query: { metric: "session_started" | "session_ended" | "exchange" | "password_login" | "login_refused" | "message" | "code"; by?: "hour" | "day" | undefined; from?: string | undefined; to?: string | undefined }; answer: StatisticsResponse }
  listAudit: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined; actor?: string | undefined; operation?: string | undefined; target?: string | undefined; since?: string | undefined; until?: string | undefined }; answer: ListAuditResponse }
  exportAudit: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined; actor?: string | undefined; operation?: string | undefined; target?: string | undefined; since?: string | undefined; until?: string | undefined }; answer: string }
  listInstanceAudit: { query?: { limit?: number | undefined; after?: string | undefined; actor?: string | undefined; operation?: string | undefined; target?: string | undefined; since?: string | undefined; until?: string | undefined }; answer: ListAuditResponse }
  exportInstanceAudit: { query?: { limit?: number | undefined; after?: string | undefined; actor?: string | undefined; operation?: string | undefined; target?: string | undefined; since?: string | undefined; until?: string | undefined }; answer: string }
  listOperators: { answer: ListOperatorsResponse }
  createOperator: { body: CreateOperatorRequest; answer: CreateOperatorResponse }
  updateOperator: { path: { operatorID: string }; body: UpdateOperatorRequest; answer: UpdateOperatorResponse }
  deleteOperator: { path: { operatorID: string }; answer: undefined }
  inviteOperator: { path: { operatorID: string }; answer: InviteOperatorResponse }
  endOperatorSessions: { path: { operatorID: string }; answer: EndOperatorSessionsResponse }
  getHealth: { answer: HealthResponse }
  listParkedJobs: { query?: { limit?: number | undefined; after?: string | undefined }; answer: ListParkedJobsResponse }
  retryJob: { path: { jobID: string }; answer: undefined }
  listInstanceFindings: { answer: FindingsResponse }
  listFindings: { path: { appID: string }; query?: { probe?: "true" | "false" | undefined }; answer: FindingsResponse }
  listMessageProviders: { path: { appID: string }; answer: MessageProvidersResponse }
  createMessageProvider: { path: { appID: string }; body: MessageProviderInput; answer: MessageProviderResponse }
  updateMessageProvider: { path: { appID: string; providerID: string }; body: MessageProviderInput; answer: MessageProviderResponse }
  deleteMessageProvider: { path: { appID: string; providerID: string }; answer: undefined }
  testMessageProvider: { path: { appID: string; providerID: string }; body: TestMessageProviderRequest; answer: TestMessageProviderResponse }
  listMessageTemplates: { path: { appID: string }; answer: MessageTemplatesResponse }
  putMessageTemplate: { path: { appID: string; template: string; channel: "email" | "sms"; locale: string }; body: MessageTemplateInput; answer: MessageTemplateResponse }
  deleteMessageTemplate: { path: { appID: string; template: string; channel: "email" | "sms"; locale: string }; answer: undefined }
  previewMessageTemplate: { path: { appID: string }; body: PreviewMessageTemplateRequest; answer: PreviewMessageTemplateResponse }
  listMessages: { path: { appID: string }; query?: { limit?: number | undefined; after?: string | undefined; recipient?: string | undefined; status?: "queued" | "sent" | "failed" | undefined; created_after?: string | undefined }; answer: MessagesResponse }
  getMessage: { path: { appID: string; messageID: string }; answer: MessageResponse }
  listMailbox: { path: { appID: string }; answer: MailboxResponse }
  createWebhook: { path: { appID: string }; body: WebhookInput; answer: WebhookResponse }
  listWebhooks: { path: { appID: string }; answer: WebhooksResponse }
  getWebhook: { path: { appID: string; webhookID: string }; answer: WebhookResponse }
  deleteWebhook: { path: { appID: string; webhookID: string }; answer: undefined }
  updateWebhook: { path: { appID: string; webhookID: string }; body: WebhookChange; answer: WebhookResponse }
  addWebhookEvent: { path: { appID: string; webhookID: string }; body: { "event": "application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused" }; answer: WebhookResponse }
  removeWebhookEvent: { path: { appID: string; webhookID: string }; body: { "event": "application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused" }; answer: WebhookResponse }
  listWebhookEvents: { path: { appID: string; webhookID: string }; query?: { limit?: number | undefined; after?: number | undefined }; answer: WebhookEventsResponse }
  activateWebhook: { path: { appID: string; webhookID: string }; answer: WebhookResponse }
  deactivateWebhook: { path: { appID: string; webhookID: string }; answer: WebhookResponse }
  listWebhookDeliveries: { path: { appID: string; webhookID: string }; query?: { limit?: number | undefined; after?: string | undefined; status?: "pending" | "delivered" | "halved" | "stuck" | undefined; event?: "application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused" | undefined; user_id?: string | undefined; since?: string | undefined; until?: string | undefined }; answer: WebhookDeliveriesResponse }
  getWebhookDelivery: { path: { appID: string; webhookID: string; deliveryID: string }; answer: WebhookDeliveryResponse }
  replayWebhookDelivery: { path: { appID: string; webhookID: string; deliveryID: string }; answer: ReplayWebhookDeliveryResponse }
  replayWebhook: { path: { appID: string; webhookID: string }; body: { "since": string; "until"?: string | undefined; "events"?: ("application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused")[] | undefined; "only_failed"?: boolean | undefined }; answer: ReplayWebhookResponse }
  testWebhook: { path: { appID: string; webhookID: string }; body: { "event": "application.mode_changed" | "user.created" | "user.deleted" | "user.profile.updated" | "user.status.updated" | "user.password.changed" | "user.group.added" | "user.group.removed" | "user.migrated" | "user.reclaimed" | "user.identifier.created" | "user.identifier.deleted" | "user.identity.created" | "user.identity.deleted" | "user.passkey.registered" | "user.passkey.deleted" | "user.passkey.regressed" | "user.session.created" | "user.session.revoked" | "user.session.rebound" | "session.refresh_reused" | "otp.budget_spent" | "migration.hook_failed" | "migration.identifier_disputed" | "password.hook_failed" | "step_up.hook_failed" | "saml.certificate_expiring" | "saml.entity_id_changed" | "saml.refresh_failed" | "saml.refresh_recovered" | "saml.login_refused" | "saml.unasked_login" | "saml.sha1_accepted" | "saml.groups_unknown" | "import.completed" | "import.rolled_back" | "message.failed" | "key.rotated" | "key.revoked" | "management_key.rotated" | "domain.active" | "domain.failed" | "webhook.paused" }; answer: TestWebhookResponse }
  verifyWebhookBody: { path: { appID: string; webhookID: string }; body: { "body": string; "signature": string }; answer: VerifyWebhookBodyResponse }
  getWebhookStats: { path: { appID: string; webhookID: string }; query?: { hours?: number | undefined }; answer: WebhookStatsResponse }
  getNextWebhookDelivery: { path: { appID: string; webhookID: string }; answer: NextWebhookDeliveryResponse }
  commitWebhookEvents: { path: { appID: string; webhookID: string }; body: { "sequence": number }; answer: CommitWebhookEventsResponse }
  getEventCatalogue: { path: { appID: string }; answer: EventCatalogueResponse }
}

/** Method, path, permission that it needs, and whether it takes an idempotency key. */
export const OPERATIONS = {
  createMigrationConfig: ["POST","/v2/session/apps/{appID}/config/migration","config:write",true],
  getMigrationConfig: ["GET","/v2/session/apps/{appID}/config/migration","config:read"],
  updateMigrationConfig: ["PUT","/v2/session/apps/{appID}/config/migration","config:write"],
  deleteMigrationConfig: ["DELETE","/v2/session/apps/{appID}/config/migration","config:write"],
  getMigrationProgress: ["GET","/v2/session/apps/{appID}/config/migration/progress","migration:read"],
  keepMigrationKeys: ["POST","/v2/session/apps/{appID}/config/migration/keys","config:write"],
  tryMigration: ["POST","/v2/session/apps/{appID}/config/migration/try","config:write"],
  listLoginOtpConfigs: ["GET","/v2/session/apps/{appID}/config/login/otp","config:read"],
  createLoginOtpConfig: ["POST","/v2/session/apps/{appID}/config/login/otp","config:write",true],
  updateLoginOtpConfig: ["PUT","/v2/session/apps/{appID}/config/login/otp/{loginConfigID}","config:write"],
  deleteLoginOtpConfig: ["DELETE","/v2/session/apps/{appID}/config/login/otp/{loginConfigID}","config:write"],
  createLoginPasswordConfig: ["POST","/v2/session/apps/{appID}/config/login/password","config:write",true],
  getLoginPasswordConfig: ["GET","/v2/session/apps/{appID}/config/login/password","config:read"],
  updateLoginPasswordConfig: ["PUT","/v2/session/apps/{appID}/config/login/password","config:write"],
  deleteLoginPasswordConfig: ["DELETE","/v2/session/apps/{appID}/config/login/password","config:write"],
  listPasswordSecrets: ["GET","/v2/session/apps/{appID}/config/login/password/secrets","config:read"],
  putPasswordSecret: ["PUT","/v2/session/apps/{appID}/config/login/password/secrets/{name}","config:write"],
  getPasswordSecret: ["GET","/v2/session/apps/{appID}/config/login/password/secrets/{name}","config:read"],
  deletePasswordSecret: ["DELETE","/v2/session/apps/{appID}/config/login/password/secrets/{name}","config:write"],
  listLoginOAuthConfigs: ["GET","/v2/session/apps/{appID}/config/login/oauth","config:read"],
  createLoginOAuthConfig: ["POST","/v2/session/apps/{appID}/config/login/oauth/{provider}","config:write",true],
  getLoginOAuthConfig: ["GET","/v2/session/apps/{appID}/config/login/oauth/{provider}","config:read"],
  updateLoginOAuthConfig: ["PUT","/v2/session/apps/{appID}/config/login/oauth/{provider}","config:write"],
  deleteLoginOAuthConfig: ["DELETE","/v2/session/apps/{appID}/config/login/oauth/{provider}","config:write"],
  getOAuthConnection: ["GET","/v2/session/apps/{appID}/config/login/oauth/{provider}/{connectionID}","config:read"],
  updateOAuthConnection: ["PUT","/v2/session/apps/{appID}/config/login/oauth/{provider}/{connectionID}","config:write"],
  deleteOAuthConnection: ["DELETE","/v2/session/apps/{appID}/config/login/oauth/{provider}/{connectionID}","config:write"],
  listSAMLConnections: ["GET","/v2/session/apps/{appID}/config/login/saml","config:read"],
  createSAMLConnection: ["POST","/v2/session/apps/{appID}/config/login/saml/{provider}","config:write",true],
  getSAMLConnection: ["GET","/v2/session/apps/{appID}/config/login/saml/{provider}/{samlConnectionID}","config:read"],
  updateSAMLConnection: ["PUT","/v2/session/apps/{appID}/config/login/saml/{provider}/{samlConnectionID}","config:write"],
  deleteSAMLConnection: ["DELETE","/v2/session/apps/{appID}/config/login/saml/{provider}/{samlConnectionID}","config:write"],
  getSAMLServiceProviderMetadata: ["GET","/v2/session/apps/{appID}/config/login/saml/{provider}/{samlConnectionID}/metadata","config:read"],
  testSAMLConnection: ["POST","/v2/session/apps/{appID}/config/login/saml/{provider}/{samlConnectionID}/test","config:write"],
  listSAMLKeys: ["GET","/v2/session/apps/{appID}/saml_keys","config:read"],
  announceSAMLKey: ["POST","/v2/session/apps/{appID}/saml_keys/announce","config:write"],
  switchSAMLKey: ["POST","/v2/session/apps/{appID}/saml_keys/switch","config:write"],
  putPasskeyConfig: ["PUT","/v2/session/apps/{appID}/config/passkey","config:write"],
  getPasskeyConfig: ["GET","/v2/session/apps/{appID}/config/passkey","config:read"],
  deletePasskeyConfig: ["DELETE","/v2/session/apps/{appID}/config/passkey","config:write"],
  listUserPasskeys: ["GET","/v2/session/apps/{appID}/users/{userID}/passkeys","users:read"],
  deleteUserPasskeys: ["DELETE","/v2/session/apps/{appID}/users/{userID}/passkeys","users:write"],
  deleteUserPasskey: ["DELETE","/v2/session/apps/{appID}/users/{userID}/passkeys/{credentialID}","users:write"],
  listFederatedIdentities: ["GET","/v2/session/apps/{appID}/users/{userID}/federated_identities","users:read"],
  deleteFederatedIdentity: ["DELETE","/v2/session/apps/{appID}/users/{userID}/federated_identities/{identityID}","users:write"],
  createStepUpConfig: ["POST","/v2/session/apps/{appID}/config/stepup","config:write",true],
  getStepUpConfig: ["GET","/v2/session/apps/{appID}/config/stepup","config:read"],
  updateStepUpConfig: ["PUT","/v2/session/apps/{appID}/config/stepup","config:write"],
  deleteStepUpConfig: ["DELETE","/v2/session/apps/{appID}/config/stepup","config:write"],
  listSigningKeys: ["GET","/v2/session/apps/{appID}/signing_keys","signing_keys:read"],
  rotateSigningKeys: ["POST","/v2/session/apps/{appID}/signing_keys/rotate","signing_keys:write"],
  revokeSigningKey: ["DELETE","/v2/session/apps/{appID}/signing_keys/{kid}","signing_keys:write"],
  createApplication: ["POST","/v2/session/apps","applications:create",true],
  listApplications: ["GET","/v2/session/apps","applications:read"],
  getApplication: ["GET","/v2/session/apps/{appID}","applications:read"],
  updateApplication: ["PATCH","/v2/session/apps/{appID}","applications:write"],
  deleteApplication: ["DELETE","/v2/session/apps/{appID}","applications:delete"],
  getSettings: ["GET","/v2/session/apps/{appID}/settings","config:read"],
  updateSettings: ["PATCH","/v2/session/apps/{appID}/settings","config:write"],
  listKeys: ["GET","/v2/session/apps/{appID}/keys","keys:read"],
  createKey: ["POST","/v2/session/apps/{appID}/keys","keys:write",true],
  rotateKey: ["POST","/v2/session/apps/{appID}/keys/{keyID}/rotate","keys:write",true],
  deleteKey: ["DELETE","/v2/session/apps/{appID}/keys/{keyID}","keys:write"],
  getMode: ["GET","/v2/session/apps/{appID}/mode","applications:read"],
  updateMode: ["PUT","/v2/session/apps/{appID}/mode","applications:write"],
  mintToken: ["POST","/v2/session/apps/{appID}/tokens","tokens:mint",true],
  getTokenConfig: ["GET","/v2/session/apps/{appID}/config/tokens","config:read"],
  updateTokenConfig: ["PUT","/v2/session/apps/{appID}/config/tokens","config:write"],
  listDomains: ["GET","/v2/session/apps/{appID}/domains","domains:read"],
  createDomain: ["POST","/v2/session/apps/{appID}/domains","domains:write",true],
  getDomain: ["GET","/v2/session/apps/{appID}/domains/{domainID}","domains:read"],
  deleteDomain: ["DELETE","/v2/session/apps/{appID}/domains/{domainID}","domains:write"],
  verifyDomain: ["POST","/v2/session/apps/{appID}/domains/{domainID}/verify","domains:write"],
  createUser: ["POST","/v2/session/apps/{appID}/users","users:write",true],
  listUsers: ["GET","/v2/session/apps/{appID}/users","users:read"],
  bulkUsers: ["POST","/v2/session/apps/{appID}/users/bulk","users:write"],
  createUserJob: ["POST","/v2/session/apps/{appID}/users/jobs","users:write",true],
  listUserJobs: ["GET","/v2/session/apps/{appID}/users/jobs","users:read"],
  getUserJob: ["GET","/v2/session/apps/{appID}/users/jobs/{userJobID}","users:read"],
  cancelUserJob: ["POST","/v2/session/apps/{appID}/users/jobs/{userJobID}/cancel","users:write"],
  getUser: ["GET","/v2/session/apps/{appID}/users/{userID}","users:read"],
  deleteUser: ["DELETE","/v2/session/apps/{appID}/users/{userID}","users:write"],
  batchLookup: ["POST","/v2/session/apps/{appID}/users/batch_lookup","users:read"],
  updateUserProfile: ["PATCH","/v2/session/apps/{appID}/users/{userID}/profile","users:write"],
  updateStatus: ["PUT","/v2/session/apps/{appID}/users/{userID}/status","users:write"],
  updateExternalId: ["PUT","/v2/session/apps/{appID}/users/{userID}/external_id","users:write"],
  createIdentifier: ["POST","/v2/session/apps/{appID}/users/{userID}/identifiers","users:write",true],
  deleteIdentifier: ["DELETE","/v2/session/apps/{appID}/users/{userID}/identifiers","users:write"],
  setUserPassword: ["PUT","/v2/session/apps/{appID}/users/{userID}/password","users:write"],
  listUserSessions: ["GET","/v2/session/apps/{appID}/users/{userID}/sessions","sessions:read"],
  invalidateUserSession: ["DELETE","/v2/session/apps/{appID}/users/{userID}/sessions/{sessionID}","sessions:write"],
  invalidateUserSessions: ["POST","/v2/session/apps/{appID}/users/{userID}/sessions/invalidate","sessions:write"],
  listScopes: ["GET","/v2/session/apps/{appID}/config/scopes","config:read"],
  createScope: ["POST","/v2/session/apps/{appID}/config/scopes","config:write",true],
  deleteScope: ["DELETE","/v2/session/apps/{appID}/config/scopes","config:write"],
  addUserScope: ["POST","/v2/session/apps/{appID}/users/{userID}/scopes","users:write"],
  removeUserScope: ["DELETE","/v2/session/apps/{appID}/users/{userID}/scopes","users:write"],
  listGroups: ["GET","/v2/session/apps/{appID}/config/groups","config:read"],
  createGroup: ["POST","/v2/session/apps/{appID}/config/groups","config:write",true],
  getGroup: ["GET","/v2/session/apps/{appID}/config/groups/{groupName}","config:read"],
  updateGroup: ["PUT","/v2/session/apps/{appID}/config/groups/{groupName}","config:write"],
  deleteGroup: ["DELETE","/v2/session/apps/{appID}/config/groups/{groupName}","config:write"],
  listUserGroups: ["GET","/v2/session/apps/{appID}/users/{userID}/groups","users:read"],
  addUserToGroup: ["POST","/v2/session/apps/{appID}/users/{userID}/groups","users:write"],
  removeUserFromGroup: ["DELETE","/v2/session/apps/{appID}/users/{userID}/groups/{groupName}","users:write"],
  createClaimsMapping: ["POST","/v2/session/apps/{appID}/config/claims","config:write",true],
  getClaimsMapping: ["GET","/v2/session/apps/{appID}/config/claims","config:read"],
  updateClaimsMapping: ["PUT","/v2/session/apps/{appID}/config/claims","config:write"],
  deleteClaimsMapping: ["DELETE","/v2/session/apps/{appID}/config/claims","config:write"],
  previewClaimsMapping: ["POST","/v2/session/apps/{appID}/config/claims/preview","users:read"],
  createImport: ["POST","/v2/session/apps/{appID}/imports","imports:write",true],
  listImports: ["GET","/v2/session/apps/{appID}/imports","imports:read"],
  putImportLines: ["PUT","/v2/session/apps/{appID}/imports/{importID}/lines","imports:write"],
  listImportLines: ["GET","/v2/session/apps/{appID}/imports/{importID}/lines","imports:read"],
  startImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/start","imports:write"],
  pauseImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/pause","imports:write"],
  resumeImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/resume","imports:write"],
  cancelImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/cancel","imports:write"],
  rollBackImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/rollback","imports:write"],
  verifyImport: ["POST","/v2/session/apps/{appID}/imports/{importID}/verify","imports:write"],
  getImport: ["GET","/v2/session/apps/{appID}/imports/{importID}","imports:read"],
  listImportIds: ["GET","/v2/session/apps/{appID}/imports/{importID}/ids","imports:read"],
  getImportReport: ["GET","/v2/session/apps/{appID}/imports/{importID}/report","imports:read"],
  getMigrationReport: ["GET","/v2/session/apps/{appID}/migration/report","migration:read"],
  listLeftBehind: ["GET","/v2/session/apps/{appID}/migration/left_behind","migration:read"],
  listLockedOut: ["GET","/v2/session/apps/{appID}/migration/locked_out","migration:read"],
  listUnknownHere: ["GET","/v2/session/apps/{appID}/migration/unknown_here","migration:read"],
  listMigrationRefusals: ["GET","/v2/session/apps/{appID}/migration/refusals","migration:read"],
  listEvents: ["GET","/v2/session/apps/{appID}/events","events:read"],
  getStatistics: ["GET","/v2/session/apps/{appID}/statistics","statistics:read"],
  listAudit: ["GET","/v2/session/apps/{appID}/audit","audit:read"],
  exportAudit: ["GET","/v2/session/apps/{appID}/audit/export","audit:read"],
  listInstanceAudit: ["GET","/v2/session/audit","audit:read"],
  exportInstanceAudit: ["GET","/v2/session/audit/export","audit:read"],
  listOperators: ["GET","/v2/session/operators","operators:read"],
  createOperator: ["POST","/v2/session/operators","operators:write",true],
  updateOperator: ["PATCH","/v2/session/operators/{operatorID}","operators:write"],
  deleteOperator: ["DELETE","/v2/session/operators/{operatorID}","operators:write"],
  inviteOperator: ["POST","/v2/session/operators/{operatorID}/invitation","operators:write"],
  endOperatorSessions: ["POST","/v2/session/operators/{operatorID}/sessions/end","operators:write"],
  getHealth: ["GET","/v2/session/health","health:read"],
  listParkedJobs: ["GET","/v2/session/jobs/parked","health:read"],
  retryJob: ["POST","/v2/session/jobs/{jobID}/retry","health:write"],
  listInstanceFindings: ["GET","/v2/session/findings","health:read"],
  listFindings: ["GET","/v2/session/apps/{appID}/findings","config:read"],
  listMessageProviders: ["GET","/v2/session/apps/{appID}/config/messages/providers","config:read"],
  createMessageProvider: ["POST","/v2/session/apps/{appID}/config/messages/providers","config:write",true],
  updateMessageProvider: ["PUT","/v2/session/apps/{appID}/config/messages/providers/{providerID}","config:write"],
  deleteMessageProvider: ["DELETE","/v2/session/apps/{appID}/config/messages/providers/{providerID}","config:write"],
  testMessageProvider: ["POST","/v2/session/apps/{appID}/config/messages/providers/{providerID}/test","config:write"],
  listMessageTemplates: ["GET","/v2/session/apps/{appID}/config/messages/templates","config:read"],
  putMessageTemplate: ["PUT","/v2/session/apps/{appID}/config/messages/templates/{template}/{channel}/{locale}","config:write"],
  deleteMessageTemplate: ["DELETE","/v2/session/apps/{appID}/config/messages/templates/{template}/{channel}/{locale}","config:write"],
  previewMessageTemplate: ["POST","/v2/session/apps/{appID}/config/messages/templates/preview","config:read"],
  listMessages: ["GET","/v2/session/apps/{appID}/messages","messages:read"],
  getMessage: ["GET","/v2/session/apps/{appID}/messages/{messageID}","messages:read"],
  listMailbox: ["GET","/v2/session/apps/{appID}/mailbox","messages:read"],
  createWebhook: ["POST","/v2/session/apps/{appID}/webhooks","webhooks:write",true],
  listWebhooks: ["GET","/v2/session/apps/{appID}/webhooks","webhooks:read"],
  getWebhook: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}","webhooks:read"],
  deleteWebhook: ["DELETE","/v2/session/apps/{appID}/webhooks/{webhookID}","webhooks:write"],
  updateWebhook: ["PATCH","/v2/session/apps/{appID}/webhooks/{webhookID}","webhooks:write"],
  addWebhookEvent: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/events","webhooks:write",true],
  removeWebhookEvent: ["DELETE","/v2/session/apps/{appID}/webhooks/{webhookID}/events","webhooks:write"],
  listWebhookEvents: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}/events","webhooks:read"],
  activateWebhook: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/activate","webhooks:write"],
  deactivateWebhook: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/deactivate","webhooks:write"],
  listWebhookDeliveries: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}/deliveries","webhooks:read"],
  getWebhookDelivery: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}/deliveries/{deliveryID}","webhooks:read"],
  replayWebhookDelivery: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/deliveries/{deliveryID}/replay","webhooks:replay"],
  replayWebhook: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/replay","webhooks:replay",true],
  testWebhook: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/test","webhooks:write"],
  verifyWebhookBody: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/verify","webhooks:read"],
  getWebhookStats: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}/stats","webhooks:read"],
  getNextWebhookDelivery: ["GET","/v2/session/apps/{appID}/webhooks/{webhookID}/next","webhooks:read"],
  commitWebhookEvents: ["POST","/v2/session/apps/{appID}/webhooks/{webhookID}/commit","webhooks:write"],
  getEventCatalogue: ["GET","/v2/session/apps/{appID}/events/catalogue","events:read"],
} as const
