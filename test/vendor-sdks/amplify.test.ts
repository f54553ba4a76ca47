// examples/clients/cognito.ts, `amplify`, on `@aws-amplify/auth`, against the refresh call of Cognito's user pools.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { amplify } from '../../examples/clients/cognito.ts'
import { EXPIRED, FRESH, failureOf, hurry, type Stage, storage, tellOfNobody, tellTheStory } from './stories.ts'
import { startVendor } from './vendor.ts'

const page = { addEventListener: () => undefined, querySelector: () => null, querySelectorAll: () => [] }
// It looks at the page for the framework that made it.
Object.assign(globalThis, { window: globalThis, document: page, addEventListener: () => undefined })
// It tells the console that this is not Cognito's own address.
mock.method(console, 'warn', () => undefined)
// It looks when it is loaded whether there is a storage.
const { Amplify, defaultStorage } = await import('@aws-amplify/core')
const auth = await import('@aws-amplify/auth')
const { cognitoUserPoolsTokenProvider: tokenProvider, cognitoCredentialsProvider: credentialsProvider } = await import(
  '@aws-amplify/auth/cognito'
)

const REFUSALS: Readonly<Record<string, string>> = {
  withdrawn: 'NotAuthorizedException',
  'of nobody': 'UserNotFoundException',
  'used twice': 'RefreshTokenReuseException',
  'too often': 'TooManyRequestsException',
}

/** What `Amplify.configure` of `aws-amplify` does, which is these two and much else. */
function appAt(userPoolEndpoint: string) {
  const config = { Cognito: { userPoolId: 'eu-west-1_AbCdEf', userPoolClientId: 'web', userPoolEndpoint } }
  tokenProvider.setAuthConfig(config)
  tokenProvider.setKeyValueStorage(defaultStorage)
  Amplify.configure({ Auth: config }, { Auth: { tokenProvider, credentialsProvider } })
  return amplify(auth, 'web')
}

function hold(refreshToken: string, token: string): void {
  const prefix = 'CognitoIdentityServiceProvider.web'
  storage.setItem(`${prefix}.LastAuthUser`, 'ana')
  const tokens = { idToken: token, accessToken: token, refreshToken, clockDrift: '0' }
  for (const [name, value] of Object.entries(tokens)) storage.setItem(`${prefix}.ana.${name}`, value)
}

interface AmplifyStage extends Stage {
  open(refreshToken: string): ReturnType<Stage['open']>
}

async function amplifyStage(): Promise<AmplifyStage> {
  const vendor = await startVendor(({ headers, body }) => {
    assert.equal(headers['x-amz-target'], 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken')
    const { ClientId, RefreshToken } = JSON.parse(body)
    assert.equal(ClientId, 'web')
    if (RefreshToken !== 'good') return [400, { __type: REFUSALS[RefreshToken], message: 'No.' }]
    return [200, { AuthenticationResult: { IdToken: FRESH, AccessToken: FRESH, ExpiresIn: 3600, TokenType: 'Bearer' } }]
  })
  return {
    vendor,
    async open(refreshToken) {
      hold(refreshToken, EXPIRED)
      return appAt(vendor.origin)
    },
  }
}

tellOfNobody('amplify', () => appAt('https://cognito.lumen.example'))
tellTheStory('amplify', amplifyStage)

test('amplify: what Cognito says of a user or a token is a refusal, and of its own troubles none', async (t) => {
  hurry(t)
  const { open } = await amplifyStage()
  for (const refreshToken of ['of nobody', 'used twice', 'too often']) {
    const legacy = await open(refreshToken)
    // Although there is a token that is good for a while.
    hold(refreshToken, FRESH)
    assert.equal(legacy.isOver(await failureOf(legacy)), refreshToken !== 'too often', refreshToken)
  }
})
