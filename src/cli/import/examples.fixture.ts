import type { ImportRecord } from '../../core/imports/record.ts'
import type { FirebaseHashParameters, Raw, SourceOptions } from './source.ts'

const FIREBASE: FirebaseHashParameters = {
  memCost: 14,
  rounds: 8,
  saltSeparator: 'Bw==',
  signerKey: { base64: 'hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==' },
}

export interface Example {
  readonly source: string
  readonly options: Partial<SourceOptions>
  /** With the rows of joins. */
  readonly raw: Raw
  readonly mapped: ImportRecord
}

const example = (source: string, raw: string, mapped: string, options: Partial<SourceOptions> = {}): Example => ({
  source,
  options,
  raw: JSON.parse(raw) as Raw,
  mapped: JSON.parse(mapped) as ImportRecord,
})

/** One invented user of each system as it exports them, and the record. Every hash is that of `legacy-pass-1`. */
export const EXAMPLES: readonly Example[] = [
  example(
    'auth0',
    '{"user_id":"google-oauth2|10991","email":"Mia@Lumen.example","email_verified":true,"created_at":"2021-03-05T16:35:16.775Z","blocked":true,"app_metadata":{"roles":["editor"]},"user_metadata":{"plan":"pro"},"identities":[{"provider":"google-oauth2","user_id":"10991","connection":"google-oauth2","isSocial":true},{"provider":"auth0","user_id":"60aa","connection":"Username-Password-Authentication","isSocial":false}],"hashes":[{"_id":{"$oid":"60aa"},"passwordHash":"$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG"}]}',
    '{"external_id":"google-oauth2|10991","identifiers":[{"type":"email_address","value":"mia@lumen.example","verified":true}],"profile":{"plan":"pro"},"scopes":[],"groups":["editor"],"federated_identities":[{"provider":"google","subject":"10991"}],"password_hash":"$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG","created_at":"2021-03-05T16:35:16Z","status":"blocked"}',
  ),
  example(
    'clerk',
    '{"id":"user_2aB","created_at":1654012591514,"banned":false,"external_accounts":[{"provider":"oauth_github","provider_user_id":"5512"}],"hashes":[{"id":"user_2aB","first_name":"Ravi","last_name":"","username":"","primary_email_address":"ravi@lumen.example","primary_phone_number":"","verified_email_addresses":"ravi@lumen.example","unverified_email_addresses":"old@lumen.example","verified_phone_numbers":"","unverified_phone_numbers":"","totp_secret":"","password_digest":"$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq","password_hasher":"bcrypt"}]}',
    '{"external_id":"user_2aB","identifiers":[{"type":"email_address","value":"ravi@lumen.example","verified":true},{"type":"email_address","value":"old@lumen.example","verified":false}],"profile":{"first_name":"Ravi"},"scopes":[],"groups":[],"federated_identities":[{"provider":"github","subject":"5512"}],"password_hash":"$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq","created_at":"2022-05-31T15:56:31Z","status":"active"}',
  ),
  example(
    'firebase',
    '{"localId":"fB9x","email":"jo@lumen.example","emailVerified":false,"passwordHash":"HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg==","salt":"nXbh/4oDzWy+uA==","createdAt":"1609459200000","phoneNumber":"+14155550123","disabled":false,"providerUserInfo":[{"providerId":"apple.com","rawId":"001.ab"}]}',
    '{"external_id":"fB9x","identifiers":[{"type":"email_address","value":"jo@lumen.example","verified":false},{"type":"phone_number","value":"+14155550123","verified":true}],"profile":{},"scopes":[],"groups":[],"federated_identities":[{"provider":"apple","subject":"001.ab"}],"password_hash":"$firebase-scrypt$mem_cost=14,rounds=8,salt_separator=Bw==,signer_key=hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==$nXbh/4oDzWy+uA==$HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg==","created_at":"2021-01-01T00:00:00Z","status":"active"}',
    { firebaseHash: FIREBASE },
  ),
  example(
    'supabase',
    '{"id":"7c1e","email":"ana@lumen.example","encrypted_password":"$2a$10$D5xmyvjSFQXePYVhBBjEN.pHblAzH5I2AlPHdNnLc9zFlRsuYQ1ae","email_confirmed_at":"2024-01-15 10:30:00+00","phone":"12125550107","phone_confirmed_at":null,"banned_until":null,"raw_user_meta_data":{"full_name":"Ana"},"created_at":"2024-01-15 10:30:00+00","identities":[{"provider":"google","provider_id":"1147"},{"provider":"email","provider_id":"7c1e"}]}',
    '{"external_id":"7c1e","identifiers":[{"type":"email_address","value":"ana@lumen.example","verified":true},{"type":"phone_number","value":"+12125550107","verified":false}],"profile":{"full_name":"Ana"},"scopes":[],"groups":[],"federated_identities":[{"provider":"google","subject":"1147"}],"password_hash":"$2a$10$D5xmyvjSFQXePYVhBBjEN.pHblAzH5I2AlPHdNnLc9zFlRsuYQ1ae","created_at":"2024-01-15T10:30:00Z","status":"active"}',
  ),
  example(
    'cognito',
    '{"Username":"9f02","Attributes":[{"Name":"sub","Value":"9f02"},{"Name":"email","Value":"li@lumen.example"},{"Name":"email_verified","Value":"true"},{"Name":"custom:plan","Value":"free"}],"UserCreateDate":1672531200.5,"Enabled":true,"UserStatus":"CONFIRMED"}',
    '{"external_id":"9f02","identifiers":[{"type":"email_address","value":"li@lumen.example","verified":true}],"profile":{"plan":"free"},"scopes":[],"groups":[],"federated_identities":[],"created_at":"2023-01-01T00:00:00Z","status":"active"}',
  ),
  example(
    'keycloak',
    String.raw`{"id":"b1d0","createdTimestamp":1693669853579,"username":"omar","enabled":true,"emailVerified":true,"email":"omar@lumen.example","credentials":[{"type":"password","secretData":"{\"value\":\"KCLz34PwKXWwNRqC7Kfe9+e1KT2uvh0bstWh8bcHgZQ=\",\"salt\":\"nBykNSZy771TmqddaMelbA==\"}","credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"type\":[\"id\"],\"version\":[\"1.3\"],\"memory\":[\"7168\"],\"parallelism\":[\"1\"],\"hashLength\":[\"32\"]}}"}],"realmRoles":["staff"],"groups":["/eu"],"federatedIdentities":[{"identityProvider":"google","userId":"884"}]}`,
    '{"external_id":"b1d0","identifiers":[{"type":"email_address","value":"omar@lumen.example","verified":true}],"profile":{"username":"omar"},"scopes":[],"groups":["eu","staff"],"federated_identities":[{"provider":"google","subject":"884"}],"password_hash":"$argon2id$v=19$m=7168,t=5,p=1$nBykNSZy771TmqddaMelbA$KCLz34PwKXWwNRqC7Kfe9+e1KT2uvh0bstWh8bcHgZQ","created_at":"2023-09-02T15:50:53Z","status":"active"}',
  ),
  example(
    'okta',
    '{"id":"00u7","status":"SUSPENDED","created":"2020-02-02T02:02:02.000Z","profile":{"login":"eva@lumen.example","email":"eva@lumen.example","mobilePhone":"+33 6 12 34 56 78","firstName":"Eva"},"credentials":{"provider":{"type":"OKTA"}}}',
    '{"external_id":"00u7","identifiers":[{"type":"email_address","value":"eva@lumen.example","verified":true},{"type":"phone_number","value":"+33612345678","verified":false}],"profile":{"first_name":"Eva"},"scopes":[],"groups":[],"federated_identities":[],"created_at":"2020-02-02T02:02:02Z","status":"blocked"}',
    { oktaEmailProven: true },
  ),
  example(
    'better-auth',
    '{"id":"ba1","name":"Noa","email":"noa@lumen.example","emailVerified":true,"createdAt":"2025-04-01T08:00:00.000Z","banned":false,"accounts":[{"providerId":"credential","password":"f3a45674730731707acfb4d0c6a15a26:74f03a7b40ea439456afda4a67aeed579441515506e80554ddcd658b560b4c4a0c5254230c946f5055fe3beb356097029ba2de03aabd3d49e87370b554bb14dd"},{"providerId":"github","accountId":"77"}]}',
    '{"external_id":"ba1","identifiers":[{"type":"email_address","value":"noa@lumen.example","verified":true}],"profile":{"name":"Noa"},"scopes":[],"groups":[],"federated_identities":[{"provider":"github","subject":"77"}],"password_hash":"$scrypt$ln=14,r=16,p=1$ZjNhNDU2NzQ3MzA3MzE3MDdhY2ZiNGQwYzZhMTVhMjY$dPA6e0DqQ5RWr9pKZ67tV5RBUVUG6AVU3c1li1YLTEoMUlQjDJRvUFX+O+s1YJcCm6LeA6q9PUnoc3C1VLsU3Q","created_at":"2025-04-01T08:00:00Z","status":"active"}',
  ),
  example(
    'supertokens',
    '{"user_id":"st-1","external_user_id":"crm-9","email":"kai@lumen.example","password_hash":"$2a$11$Yyd5v0TESbSx0m6MfRLeL.qikaiwgW5tIm7YQPXO0Vn9jigu7Fkw.","time_joined":1672531199000,"verified":true,"roles":["admin"]}',
    '{"external_id":"crm-9","identifiers":[{"type":"email_address","value":"kai@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":["admin"],"federated_identities":[],"password_hash":"$2a$11$Yyd5v0TESbSx0m6MfRLeL.qikaiwgW5tIm7YQPXO0Vn9jigu7Fkw.","created_at":"2022-12-31T23:59:59Z","status":"active"}',
  ),
  example(
    'kratos',
    '{"id":"880a","state":"active","traits":{"email":"uma@lumen.example"},"verifiable_addresses":[{"value":"uma@lumen.example","via":"email","verified":true,"status":"completed"}],"credentials":{"password":{"config":{"hashed_password":"$argon2id$v=19$m=131072,t=2,p=1$MlriiJ1xeqomz9a6cyQTpw$6MP9nC4P4k8wX5PulBwvRWsM4TBiy0bRRXKP/k0RhYQ"}},"oidc":{"config":{"providers":[{"provider":"microsoft","subject":"m-5"}]}}},"created_at":"2022-02-24T15:33:17Z"}',
    '{"external_id":"880a","identifiers":[{"type":"email_address","value":"uma@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":[],"federated_identities":[{"provider":"microsoft","subject":"m-5"}],"password_hash":"$argon2id$v=19$m=131072,t=2,p=1$MlriiJ1xeqomz9a6cyQTpw$6MP9nC4P4k8wX5PulBwvRWsM4TBiy0bRRXKP/k0RhYQ","created_at":"2022-02-24T15:33:17Z","status":"active"}',
  ),
  example(
    'fusionauth',
    '{"id":"fa-3","email":"pia@lumen.example","verified":true,"active":true,"insertInstant":1700000000000,"encryptionScheme":"salted-pbkdf2-hmac-sha256","factor":24000,"salt":"ZCmGxQ2MI+dolzYFASqUCfIGDH27DbDZ7sZxwP3PJx8=","password":"4I2xmfsySOT8lNvATfXh7ovzg7zNKDiGM9Dyv0DrS/E=","registrations":[{"applicationId":"shop","roles":["buyer"]}]}',
    '{"external_id":"fa-3","identifiers":[{"type":"email_address","value":"pia@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":["buyer"],"federated_identities":[],"password_hash":"$pbkdf2-sha256$i=24000$ZCmGxQ2MI+dolzYFASqUCfIGDH27DbDZ7sZxwP3PJx8$4I2xmfsySOT8lNvATfXh7ovzg7zNKDiGM9Dyv0DrS/E","created_at":"2023-11-14T22:13:20Z","status":"active"}',
  ),
  example(
    'stytch',
    '{"user_id":"user-live-1","status":"active","created_at":"2024-01-11T09:54:59Z","emails":[{"email":"tom@lumen.example","verified":true}],"phone_numbers":[],"providers":[{"provider_type":"Google","provider_subject":"10"}],"hashes":[{"id":"user-live-1","hash":"ldym_21dBDFNvi26_QVeVKN6bjqjPYPiVwTqIXh5cYA=","salt":"OaSxfPMamYAN-y9nbj916pf7Do0CXw==","hash_method":"scrypt","project_id":"project-live-1"}]}',
    '{"external_id":"user-live-1","identifiers":[{"type":"email_address","value":"tom@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":[],"federated_identities":[{"provider":"google","subject":"10"}],"password_hash":"$scrypt$ln=15,r=8,p=1$T2FTeGZQTWFtWUFOLXk5bmJqOTE2cGY3RG8wQ1h3PT0$ldym/21dBDFNvi26/QVeVKN6bjqjPYPiVwTqIXh5cYA","created_at":"2024-01-11T09:54:59Z","status":"active"}',
  ),
  example(
    'descope',
    '{"userId":"U2i","loginIds":["ben@lumen.example"],"email":"ben@lumen.example","verifiedEmail":true,"status":"disabled","roleNames":["ops"],"createdTime":1700000000,"hashes":[{"loginId":"ben@lumen.example","hash":"$2b$10$PH5bhOcGZ/9xwiyj/7aUtutbdFoFGrvMh5cm3ZYfEigvN.EwOodKu"}]}',
    '{"external_id":"U2i","identifiers":[{"type":"email_address","value":"ben@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":["ops"],"federated_identities":[],"password_hash":"$2b$10$PH5bhOcGZ/9xwiyj/7aUtutbdFoFGrvMh5cm3ZYfEigvN.EwOodKu","created_at":"2023-11-14T22:13:20Z","status":"blocked"}',
  ),
  example(
    'wordpress',
    String.raw`{"ID":42,"user_login":"lea","user_pass":"$wp$2y$10$WsoJ2ix.c65JdUFaYJUiNOCxSrJ1KZITvo6kJuKFQlHByEPM6/OpO","user_email":"lea@lumen.example","user_registered":"2019-05-06 07:08:09","display_name":"Lea","meta":{"wp_capabilities":"a:1:{s:8:\"customer\";b:1;}"}}`,
    '{"external_id":"42","identifiers":[{"type":"email_address","value":"lea@lumen.example","verified":false}],"profile":{"username":"lea","name":"Lea"},"scopes":[],"groups":["customer"],"federated_identities":[],"password_hash":"$wp$2y$10$WsoJ2ix.c65JdUFaYJUiNOCxSrJ1KZITvo6kJuKFQlHByEPM6/OpO","created_at":"2019-05-06T07:08:09Z","status":"active"}',
  ),
  example(
    'django',
    '{"model":"auth.user","pk":17,"fields":{"username":"max","email":"max@lumen.example","password":"pbkdf2_sha256$870000$k3nIlF0oB4rQ7xYz2wVu9T$xa0xJXQLum7KVjGmd2nzpat25B40dXcwNkAADkGwI+4=","is_active":false,"date_joined":"2020-10-10T10:10:10Z"},"emails":[{"model":"account.emailaddress","fields":{"user":17,"email":"max@lumen.example","verified":true}}]}',
    '{"external_id":"17","identifiers":[{"type":"email_address","value":"max@lumen.example","verified":true}],"profile":{"username":"max"},"scopes":[],"groups":[],"federated_identities":[],"password_hash":"pbkdf2_sha256$870000$k3nIlF0oB4rQ7xYz2wVu9T$xa0xJXQLum7KVjGmd2nzpat25B40dXcwNkAADkGwI+4=","created_at":"2020-10-10T10:10:10Z","status":"blocked"}',
  ),
  example(
    'laravel',
    '{"id":5,"name":"Zoe","email":"ZOE@lumen.example","email_verified_at":"2023-02-03 04:05:06","password":"$2y$12$T27gUbvhffm/3Mh2Ra4xVetB4A6tdvdoREd6MTWO2YUIMrEru2MvK","created_at":"2023-02-03 04:00:00","deleted_at":null,"google_id":"31"}',
    '{"external_id":"5","identifiers":[{"type":"email_address","value":"zoe@lumen.example","verified":true}],"profile":{"name":"Zoe"},"scopes":[],"groups":[],"federated_identities":[{"provider":"google","subject":"31"}],"password_hash":"$2y$12$T27gUbvhffm/3Mh2Ra4xVetB4A6tdvdoREd6MTWO2YUIMrEru2MvK","created_at":"2023-02-03T04:00:00Z","status":"active"}',
  ),
  example(
    'aspnet-identity',
    '{"Id":"a-9","Email":"Ida@lumen.example","EmailConfirmed":true,"PasswordHash":"AQAAAAIAAYagAAAAENgoBadWiS5uEPnNfeviapABwvHlvWs7UYH3tFxHIaAL8ywUXIFN0rUwRn66MZFA1Q==","PhoneNumber":"030 123456","PhoneNumberConfirmed":false,"LockoutEnd":"9999-12-31T23:59:59+00:00","roles":["Admin"]}',
    '{"external_id":"a-9","identifiers":[{"type":"email_address","value":"ida@lumen.example","verified":true},{"type":"phone_number","value":"+4930123456","verified":false}],"profile":{},"scopes":[],"groups":["Admin"],"federated_identities":[],"password_hash":"AQAAAAIAAYagAAAAENgoBadWiS5uEPnNfeviapABwvHlvWs7UYH3tFxHIaAL8ywUXIFN0rUwRn66MZFA1Q==","status":"blocked"}',
    { defaultCountry: 'DE' },
  ),
  example(
    'devise',
    '{"id":88,"email":"sam@lumen.example","encrypted_password":"$2a$12$PhsTPZD8uy56/Pko2WBZ9OZ4FBqnpn26j7q1KBvFNW.eZX0h.cxmW","confirmed_at":"2021-06-01 00:00:00","locked_at":null,"provider":"facebook","uid":"f1","created_at":"2021-06-01 00:00:00"}',
    '{"external_id":"88","identifiers":[{"type":"email_address","value":"sam@lumen.example","verified":true}],"profile":{},"scopes":[],"groups":[],"federated_identities":[{"provider":"facebook","subject":"f1"}],"password_hash":"$2a$12$PhsTPZD8uy56/Pko2WBZ9OZ4FBqnpn26j7q1KBvFNW.eZX0h.cxmW","created_at":"2021-06-01T00:00:00Z","status":"active"}',
  ),
  example(
    'spring',
    '{"username":"gus@lumen.example","password":"{pbkdf2@SpringSecurity_v5_8}5315db0f8d53b40704fe9c66874f076a94d7fbc0d4ab8a83fbd8236231d029531946a900e60475bbec1fdcaad619b118","enabled":true,"authorities":["ROLE_USER"]}',
    '{"external_id":"gus@lumen.example","identifiers":[{"type":"email_address","value":"gus@lumen.example","verified":false}],"profile":{},"scopes":[],"groups":["USER"],"federated_identities":[],"password_hash":"$pbkdf2-sha256$i=310000$UxXbD41TtAcE/pxmh08Hag$lNf7wNSrioP72CNiMdApUxlGqQDmBHW77B/cqtYZsRg","status":"active"}',
  ),
  example(
    'ldap',
    '{"dn":"uid=amy,ou=people,dc=lumen","uid":["amy"],"entryUUID":["5f0c"],"mail":["amy@lumen.example"],"userPassword":["{SSHA}+MAnfxrFZ5olNJAgZKdSCInIgaoX8VqP0x645A=="],"createTimestamp":["20180101000000Z"],"memberOf":["cn=staff,ou=groups,dc=lumen"]}',
    '{"external_id":"5f0c","identifiers":[{"type":"email_address","value":"amy@lumen.example","verified":false}],"profile":{"username":"amy"},"scopes":[],"groups":["staff"],"federated_identities":[],"password_hash":"{SSHA}+MAnfxrFZ5olNJAgZKdSCInIgaoX8VqP0x645A==","created_at":"2018-01-01T00:00:00Z","status":"active"}',
  ),
]
