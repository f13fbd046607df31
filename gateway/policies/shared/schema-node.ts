/** One schema, compiled: what is absent is not asked. Others are named by their place in the list. */
export interface SchemaNode {
  readonly types?: readonly string[];
  readonly typesText?: string;
  /** Of an enum: the text of each value (JsonReader's textOf) → true. */
  readonly values?: Readonly<Record<string, boolean>>;
  readonly constant?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expressions, and what to say of each. */
  readonly patterns?: readonly { readonly pattern: string; readonly message: string }[];
  /** For items behind those of `prefixItems`. */
  readonly items?: number;
  readonly prefixItems?: readonly number[];
  readonly contains?: number;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly isUnique?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: readonly { readonly name: string; readonly node: number }[];
  readonly patternProperties?: readonly { readonly pattern: string; readonly node: number }[];
  /** For the names themselves. */
  readonly propertyNames?: number;
  readonly dependentRequired?: readonly { readonly name: string; readonly required: readonly string[] }[];
  readonly dependentSchemas?: readonly { readonly name: string; readonly node: number }[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly isClosed?: boolean;
  /** Says of properties that are not named that they were looked at, and no more. */
  readonly isOpen?: boolean;
  /** For properties that are not named. */
  readonly others?: number;
  /** For what no schema has looked at that applies to the same value; false where there may be none. */
  readonly unevaluatedProperties?: number | false;
  readonly unevaluatedItems?: number | false;
  readonly allOf?: readonly number[];
  readonly anyOf?: readonly number[];
  readonly oneOf?: readonly number[];
  readonly not?: number;
  /** Where the value fits `condition`, it must fit `whenMet`, else `whenNot`. */
  readonly condition?: number;
  readonly whenMet?: number;
  readonly whenNot?: number;
}
