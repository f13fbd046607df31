/**
 * Bounds on documents from outside. They stand well above the largest public documents (Microsoft Graph, Kubernetes, Stripe, GitHub)
 * and well below what would hurt the portal: at every bound together an import still ends within seconds and about a gigabyte.
 */

/** UTF-8 bytes of one document with all the files it refers to. Checked before anything is parsed. */
export const MAX_DOCUMENT_BYTES = 30_000_000;

/** Mappings and lists inside each other. JSON.stringify and every recursive walk stay far from the end of the stack. */
export const MAX_DEPTH = 200;

/** Values (mappings, lists, texts, numbers …) of a document, also after references across files were put in. */
export const MAX_NODES = 3_000_000;

/** Tokens of a YAML text: some 12 MB of ordinary YAML. The parser keeps each in memory, where JSON needs only the values. */
export const MAX_YAML_TOKENS = 3_000_000;

/** Values that YAML aliases and merge keys may add by repeating what stands elsewhere. */
export const MAX_ALIAS_NODES = 200_000;

/** Files that one document may refer to, itself not counted. */
export const MAX_FILES = 200;

export const MAX_OPERATIONS = 50_000;

/** Templates whose segments mix text and parameters are compared pair by pair, so they are bounded more tightly. */
export const MAX_MIXED_TEMPLATES = 2_000;

/** Characters of a path template. */
export const MAX_PATH_LENGTH = 2_000;

/** Characters of an operationId that can serve as an operation's key. */
export const MAX_KEY_LENGTH = 250;

/** Problems, and warnings, that are reported one by one; beyond it, one entry says how many more there are. */
export const MAX_PROBLEMS = 200;

/** Media types of a 2.0 operation's `consumes` or `produces` that the upgrade repeats a schema for. */
export const MAX_MEDIA_TYPES = 20;
