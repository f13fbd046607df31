/** Where a part of a request is that a version of an API is chosen by. Header names are in lower case. */
export type RouteFieldPlace = "header" | "query" | "media-type";

/**
 * What a request must carry: one of `values` (or nothing at all, with `orAbsent`), a text that begins with `prefix`, or else any text.
 */
export interface RouteCondition {
  readonly from: RouteFieldPlace;
  readonly name: string;
  readonly values?: readonly string[] | undefined;
  readonly orAbsent?: true | undefined;
  readonly prefix?: string | undefined;
}

/** How the versions of an API are told apart, when it is not by their paths. */
export interface VersionField {
  readonly from: RouteFieldPlace;
  readonly name: string;
  /** Whether it ends at the gateway. */
  readonly isStripped: boolean;
}
