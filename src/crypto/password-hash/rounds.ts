/** The longest password, in bytes of UTF-8, that is hashed in rounds of our own; Drupal's limit is the same. */
export const MAX_ROUNDS_PASSWORD_BYTES = 512
