import type { PolicyResponse } from "../../policies/types";

function status(this: void): number {
  return ngx.status;
}

function field(this: void, name: string): string | undefined {
  const value = ngx.header[name] as string | string[] | undefined;
  if (value === undefined || typeof value === "string") {
    return value;
  }
  return table.concat(value, ", ");
}

function setField(this: void, name: string, value: string): void {
  ngx.header[name] = value;
}

function removeField(this: void, name: string): void {
  ngx.header[name] = undefined;
}

/** The head of the response that nginx is about to send. */
export const policyResponse: PolicyResponse = { status, field, setField, removeField };
