/** Whose screen it is. */
export interface UserPath {
  readonly appID: string
  readonly userID: string
}
