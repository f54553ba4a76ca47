/** Where the management API has the configuration. */
export const PATH = '/v2/session/apps/{appID}/config/migration'
export const TAG = 'Config - Migration'
