import type { SplitRule } from "../../contract/bundle-types";
import type { RuntimeUpstream } from "../release/bundle";
import { readVariable } from "../host/request";
import type { RuntimeSplit } from "./managed";
import { fieldVariable } from "./request-trait";

/** The rules of a split as one function. Generated: LuaJIT does not compile a loop inside a request's path. */
export function matchRulesOf(
  rules: readonly SplitRule[],
  pools: LuaTable<string, RuntimeUpstream>,
): RuntimeSplit["matchRules"] {
  const operands: unknown[] = [];
  let locals = "local read, operands = ...\n";
  let tests = "";
  for (const index of $range(1, rules.length)) {
    const rule = rules[index - 1] as SplitRule;
    operands.push(fieldVariable(rule.from, rule.name));
    operands.push(rule.value);
    operands.push(pools.get(rule.pool) ?? error(`a split names the pool "${rule.pool}", which is not there`));
    const first = index * 3 - 2;
    locals += `local variable${index}, value${index}, pool${index} = operands[${first}], operands[${first + 1}], operands[${first + 2}]\n`;
    tests += `if read(request, variable${index}) == value${index} then return pool${index} end\n`;
  }
  const [chunk, problem] = loadstring(`${locals}return function(request)\n${tests}return nil\nend`, "=split-rules");
  if (chunk === undefined) {
    return error(`the rules of a split do not compile: ${problem}`);
  }
  return (chunk as (this: void, read: unknown, operands: unknown) => RuntimeSplit["matchRules"])(
    readVariable,
    operands,
  );
}
