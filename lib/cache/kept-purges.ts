/** Of each environment. A node that has missed more of them forgets everything. */
export const KEPT_PURGES = 1000;
