/** What one user of a legacy system looks like in the files that its page in `docs/guide/from` has made. Invented; every hash is that of `legacy-pass-1`. */
export interface LegacyExport {
  readonly externalId: string
  /** The claim that names them in tokens, where it is not the one that the preset reads. */
  readonly idClaim?: string
  readonly files: Readonly<Record<string, string>>
}

/** By source. */
export const EXPORTS: Readonly<Record<string, LegacyExport>> = {
  auth0: {
    externalId: 'auth0|60aa',
    files: {
      'users.ndjson.gz': `{"user_id":"auth0|60aa","email":"Mia@Lumen.example","email_verified":true,"created_at":"2021-03-05T16:35:16.775Z","app_metadata":{"roles":["editor"]},"user_metadata":{"plan":"pro"},"identities":[{"provider":"auth0","user_id":"60aa","connection":"Username-Password-Authentication","isSocial":false},{"provider":"google-oauth2","user_id":"10991","connection":"google-oauth2","isSocial":true}]}
`,
      'hashes.ndjson': `{"_id":{"$oid":"60aa"},"passwordHash":"$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG"}
`,
    },
  },
  clerk: {
    externalId: 'user_2aB',
    files: {
      'users.json': `[{"id":"user_2aB","created_at":1654012591514,"banned":false,"external_accounts":[{"provider":"oauth_github","provider_user_id":"5512"}]}]
`,
      'hashes.csv': `id,first_name,last_name,username,primary_email_address,primary_phone_number,verified_email_addresses,unverified_email_addresses,verified_phone_numbers,unverified_phone_numbers,totp_secret,password_digest,password_hasher
user_2aB,Ravi,,,ravi@lumen.example,,ravi@lumen.example,old@lumen.example,,,,$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq,bcrypt
`,
    },
  },
  firebase: {
    externalId: 'fB9x',
    files: {
      'users.json': `{"users": [
{"localId":"fB9x","email":"jo@lumen.example","emailVerified":false,"passwordHash":"HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg==","salt":"nXbh/4oDzWy+uA==","createdAt":"1609459200000","phoneNumber":"+14155550123","disabled":false,"providerUserInfo":[{"providerId":"apple.com","rawId":"001.ab"}]}
]}
`,
      'parameters.txt': `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
`,
    },
  },
  supabase: {
    externalId: '7c1e',
    files: {
      'users.ndjson': `{"id":"7c1e","email":"ana@lumen.example","encrypted_password":"$2a$10$D5xmyvjSFQXePYVhBBjEN.pHblAzH5I2AlPHdNnLc9zFlRsuYQ1ae","email_confirmed_at":"2024-01-15 10:30:00+00","phone":"12125550107","phone_confirmed_at":null,"banned_until":null,"raw_user_meta_data":{"full_name":"Ana"},"created_at":"2024-01-15 10:30:00+00","identities":[{"provider":"google","provider_id":"1147"},{"provider":"email","provider_id":"7c1e"}]}
`,
    },
  },
  cognito: {
    externalId: '9f02',
    files: {
      'users.json': `{"Users":[{"Username":"9f02","Attributes":[{"Name":"sub","Value":"9f02"},{"Name":"email","Value":"li@lumen.example"},{"Name":"email_verified","Value":"true"},{"Name":"custom:plan","Value":"free"}],"UserCreateDate":1672531200.5,"Enabled":true,"UserStatus":"CONFIRMED"}]}
`,
      'groups.csv': `GroupName,Username
editors,9f02
`,
    },
  },
  keycloak: {
    externalId: 'b1d0',
    files: {
      'out/shop-realm.json': String.raw`{"realm":"shop","users":[{"id":"b1d0","createdTimestamp":1693669853579,"username":"omar","enabled":true,"emailVerified":true,"email":"omar@lumen.example","credentials":[{"type":"password","secretData":"{\"value\":\"KCLz34PwKXWwNRqC7Kfe9+e1KT2uvh0bstWh8bcHgZQ=\",\"salt\":\"nBykNSZy771TmqddaMelbA==\"}","credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"type\":[\"id\"],\"version\":[\"1.3\"],\"memory\":[\"7168\"],\"parallelism\":[\"1\"],\"hashLength\":[\"32\"]}}"}],"realmRoles":["staff"],"groups":["/eu"],"federatedIdentities":[{"identityProvider":"google","userId":"884"}]},
{"id":"b1d1","username":"service-account-shop","enabled":true,"serviceAccountClientId":"shop"}]}
`,
    },
  },
  okta: {
    externalId: '00u7',
    files: {
      'users.json': `[{"id":"00u7","status":"ACTIVE","created":"2020-02-02T02:02:02.000Z","profile":{"login":"eva@lumen.example","email":"eva@lumen.example","mobilePhone":"+33 6 12 34 56 78","firstName":"Eva"},"credentials":{"provider":{"type":"OKTA"}},"groups":[{"id":"00g1","profile":{"name":"Everyone"}}]}]
`,
    },
  },
  'better-auth': {
    externalId: 'ba1',
    files: {
      'users.ndjson': `{"id":"ba1","name":"Noa","email":"noa@lumen.example","emailVerified":true,"createdAt":"2025-04-01T08:00:00.000Z","banned":false}
`,
      'accounts.ndjson': `{"userId":"ba1","providerId":"credential","password":"f3a45674730731707acfb4d0c6a15a26:74f03a7b40ea439456afda4a67aeed579441515506e80554ddcd658b560b4c4a0c5254230c946f5055fe3beb356097029ba2de03aabd3d49e87370b554bb14dd"}
{"userId":"ba1","providerId":"github","accountId":"77"}
`,
    },
  },
  supertokens: {
    externalId: 'crm-9',
    files: {
      'users.ndjson': `{"user_id":"st-1","time_joined":1672531199000}
`,
      'emailpassword_users.csv': `app_id,user_id,email,password_hash,time_joined
public,st-1,kai@lumen.example,$2a$11$Yyd5v0TESbSx0m6MfRLeL.qikaiwgW5tIm7YQPXO0Vn9jigu7Fkw.,1672531199000
`,
      'emailverification_verified_emails.csv': `app_id,user_id,email
public,st-1,kai@lumen.example
`,
      'userid_mapping.csv': `app_id,supertokens_user_id,external_user_id
public,st-1,crm-9
`,
      'user_roles.csv': `app_id,tenant_id,user_id,role
public,public,st-1,admin
`,
    },
  },
  kratos: {
    externalId: '880a',
    files: {
      'identities.json': `[{"id":"880a","state":"active","traits":{"email":"uma@lumen.example"},"verifiable_addresses":[{"value":"uma@lumen.example","via":"email","verified":true,"status":"completed"}],"credentials":{"password":{"config":{"hashed_password":"$argon2id$v=19$m=131072,t=2,p=1$MlriiJ1xeqomz9a6cyQTpw$6MP9nC4P4k8wX5PulBwvRWsM4TBiy0bRRXKP/k0RhYQ"}},"oidc":{"config":{"providers":[{"provider":"microsoft","subject":"m-5"}]}}},"created_at":"2022-02-24T15:33:17Z"}]
`,
    },
  },
  fusionauth: {
    externalId: 'fa-3',
    files: {
      'users.ndjson': `{"id":"fa-3","active":true,"insert_instant":1700000000000,"registrations":[{"applicationId":"shop","roles":["buyer"]}]}
`,
      'identities.csv': `id,users_id,email,verified,username,password,salt,encryption_scheme,factor
1,fa-3,pia@lumen.example,true,,4I2xmfsySOT8lNvATfXh7ovzg7zNKDiGM9Dyv0DrS/E=,ZCmGxQ2MI+dolzYFASqUCfIGDH27DbDZ7sZxwP3PJx8=,salted-pbkdf2-hmac-sha256,24000
`,
    },
  },
  stytch: {
    externalId: 'user-live-1',
    files: {
      'users.json': `{"results":[{"user_id":"user-live-1","status":"active","created_at":"2024-01-11T09:54:59Z","emails":[{"email":"tom@lumen.example","verified":true}],"phone_numbers":[],"providers":[{"provider_type":"Google","provider_subject":"10"}]}]}
`,
      'hashes.csv': `scryptCostParameter,1 << 15
scryptBlockSize,8
id,hash,salt,hash_method,project_id
user-live-1,ldym_21dBDFNvi26_QVeVKN6bjqjPYPiVwTqIXh5cYA=,OaSxfPMamYAN-y9nbj916pf7Do0CXw==,scrypt,project-live-1
`,
    },
  },
  descope: {
    externalId: 'U2i',
    files: {
      'users.json': `{"users":[{"userId":"U2i","loginIds":["ben@lumen.example"],"email":"ben@lumen.example","verifiedEmail":true,"status":"enabled","roleNames":["ops"],"createdTime":1700000000}]}
`,
      'hashes.csv': `loginId,hash
ben@lumen.example,$2b$10$PH5bhOcGZ/9xwiyj/7aUtutbdFoFGrvMh5cm3ZYfEigvN.EwOodKu
`,
    },
  },
  wordpress: {
    externalId: '42',
    files: {
      'users.ndjson': `{"ID":42,"user_login":"lea","user_pass":"$wp$2y$10$WsoJ2ix.c65JdUFaYJUiNOCxSrJ1KZITvo6kJuKFQlHByEPM6/OpO","user_email":"lea@lumen.example","user_registered":"2019-05-06 07:08:09","display_name":"Lea"}
`,
      'meta.ndjson': String.raw`{"user_id":42,"meta_key":"wp_capabilities","meta_value":"a:1:{s:8:\"customer\";b:1;}"}
`,
    },
  },
  django: {
    externalId: '17',
    idClaim: 'user_id',
    files: {
      'users.ndjson': `{"model":"auth.user","pk":17,"fields":{"username":"max","email":"max@lumen.example","password":"pbkdf2_sha256$870000$k3nIlF0oB4rQ7xYz2wVu9T$xa0xJXQLum7KVjGmd2nzpat25B40dXcwNkAADkGwI+4=","is_active":true,"date_joined":"2020-10-10T10:10:10Z","groups":[2]}}
{"model":"auth.group","pk":2,"fields":{"name":"editors","permissions":[]}}
{"model":"account.emailaddress","pk":1,"fields":{"user":17,"email":"max@lumen.example","verified":true,"primary":true}}
`,
    },
  },
  laravel: {
    externalId: '5',
    files: {
      'users.ndjson': `{"id":5,"name":"Zoe","email":"ZOE@lumen.example","email_verified_at":"2023-02-03 04:05:06","password":"$2y$12$T27gUbvhffm/3Mh2Ra4xVetB4A6tdvdoREd6MTWO2YUIMrEru2MvK","created_at":"2023-02-03 04:00:00","google_id":"31"}
`,
      'roles.ndjson': String.raw`{"model_id":5,"model_type":"App\\Models\\User","name":"editor"}
`,
    },
  },
  'aspnet-identity': {
    externalId: 'a-9',
    files: {
      'users.csv': `Id,UserName,Email,EmailConfirmed,PasswordHash,PhoneNumber,PhoneNumberConfirmed,TwoFactorEnabled,LockoutEnd,LockoutEnabled
a-9,ida,Ida@lumen.example,True,AQAAAAIAAYagAAAAENgoBadWiS5uEPnNfeviapABwvHlvWs7UYH3tFxHIaAL8ywUXIFN0rUwRn66MZFA1Q==,030 123456,False,False,,True
`,
      'roles.csv': `UserId,Name
a-9,Admin
`,
      'logins.csv': `LoginProvider,ProviderKey,UserId
Google,1102,a-9
`,
    },
  },
  devise: {
    externalId: '88',
    files: {
      'users.ndjson': `{"id":88,"email":"sam@lumen.example","encrypted_password":"$2a$12$PhsTPZD8uy56/Pko2WBZ9OZ4FBqnpn26j7q1KBvFNW.eZX0h.cxmW","confirmed_at":"2021-06-01 00:00:00","locked_at":null,"provider":"facebook","uid":"f1","created_at":"2021-06-01 00:00:00"}
`,
      'identities.ndjson': `{"id":1,"user_id":88,"provider":"google_oauth2","uid":"10993"}
`,
    },
  },
  spring: {
    externalId: 'gus@lumen.example',
    files: {
      'users.ndjson': `{"username":"gus@lumen.example","password":"{pbkdf2@SpringSecurity_v5_8}5315db0f8d53b40704fe9c66874f076a94d7fbc0d4ab8a83fbd8236231d029531946a900e60475bbec1fdcaad619b118","enabled":true}
`,
      'authorities.csv': `username,authority
gus@lumen.example,ROLE_USER
`,
    },
  },
  ldap: {
    externalId: '5f0c',
    files: {
      'people.ldif': `dn: uid=amy,ou=people,dc=lumen
objectClass: inetOrgPerson
uid: amy
entryUUID: 5f0c
mail: amy@lumen.example
userPassword:: e1NTSEF9K01BbmZ4ckZaNW9sTkpBZ1pLZFNDSW5JZ2FvWDhWcVAweDY0NUE9PQ==
createTimestamp: 20180101000000Z
memberOf: cn=staff,ou=groups,dc=lumen

`,
    },
  },
  'own-system': {
    externalId: '7',
    idClaim: 'user_id',
    files: {
      'people.ndjson': `{"id":7,"email":"Ada@lumen.example","email_proven_at":"2024-05-06T07:08:09Z","phone":"+33612345678","first_name":"Ada","role":"staff","password":"$2y$12$T27gUbvhffm/3Mh2Ra4xVetB4A6tdvdoREd6MTWO2YUIMrEru2MvK","created_at":"2020-01-01 00:00:00","last_login_at":"2026-01-01T00:00:00Z","state":"on"}
`,
    },
  },
}
