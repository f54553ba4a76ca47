const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|::1)$/i

/** Whether a host, without port and brackets, is this very machine for whoever dials it. RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)
