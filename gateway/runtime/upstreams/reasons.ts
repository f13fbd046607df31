/** Indexes into TARGET_REASONS (contract/shared-memory.ts; a test holds both equal): numbers, because the slots store numbers. */
export const UNREACHABLE = 1;
export const TIMEOUT = 2;
export const INVALID_RESPONSE = 3;
export const STATUS = 4;
export const BROKEN_OFF = 5;
export const FAILING_CANARY = 6;
export const SLOW_CANARY = 7;
