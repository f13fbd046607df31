import { ZodError } from "zod";

/**
 * Says of a configuration what its schema cannot: the plan step knows the place it is made for.
 * @param path of the setting, below the configuration
 * @throws ZodError, always
 */
export function refuseConfig(path: readonly PropertyKey[], message: string): never {
  throw new ZodError([{ code: "custom", path: [...path], message, input: undefined }]);
}
