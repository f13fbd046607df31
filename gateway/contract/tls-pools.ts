/** Numbered upstream blocks of nginx.conf for TLS names; the runtime hands them out and must know how many there are. */
export const TLS_POOLS = 32;
