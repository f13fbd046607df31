import * as json from "cjson.safe";
import type { ChainStep } from "../../contract/bundle-types";
import type { PolicyChain } from "../../policies/types";
import { compileChain } from "./chain";

/** Steps as text → their chain, as long as anything uses it. */
const chains = setmetatable(new LuaTable<string, PolicyChain>(), { __mode: "v" });

/**
 * The chain of these steps. Thousands of API versions have the same few: one chain of each is less memory, and less for LuaJIT to tell
 * apart. Equal steps whose text is not the same (the order of members is not ours) merely miss the chance.
 */
export function shareChain(steps: readonly ChainStep[]): PolicyChain {
  const text = json.encode(steps);
  const known = chains.get(text);
  if (known !== undefined) {
    return known;
  }
  const chain = compileChain(steps);
  chains.set(text, chain);
  return chain;
}
