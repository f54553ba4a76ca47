/** Domains that nobody can have (RFC 2606, RFC 6762), which tools put where a user has no address. */
const NOBODYS = /@(?:.+\.)?(?:invalid|local|localhost|localdomain|test)$/
/** A phone number where the mailbox should be, at a host that says that it is none. */
const MADE_OF_NUMBER = /^\+?\d{7,15}@(?:temp|tmp|phone|sms|mobile|placeholder)[^@]*$/

/** Whether a normalised address was made up by a system for somebody without one. Apple's relay addresses are real. */
export const isPlaceholder = (address: string): boolean => NOBODYS.test(address) || MADE_OF_NUMBER.test(address)
