import type { Context } from "../contexts";
import { policyHost } from "../host/policy-host";
import { copyText } from "./copy-text";
import { pickTarget } from "./link-upstreams";
import type { RuntimeMirror } from "./mirror";
import { countCopy, DROPPED, FAILED } from "./mirror-counts";
import { startCopy } from "./send-copy";

let copied: Context | undefined;
let copiedTo: RuntimeMirror | undefined;

/** Apart from the log phase: a copy is put together in loops, which LuaJIT gives up on, and the phase that calls them along with them. */
export function makeCopy(context: Context, mirror: RuntimeMirror): void {
  copied = context;
  copiedTo = mirror;
  policyHost.runApart(make);
  copied = undefined;
  copiedTo = undefined;
}

function make(this: void): void {
  const context = copied;
  const mirror = copiedTo;
  if (context === undefined || mirror === undefined) {
    return;
  }
  const target = pickTarget(mirror);
  if (target === undefined) {
    return countCopy(mirror.counts, FAILED);
  }
  if (!startCopy({ mirror, target, isHead: context.method === "HEAD", text: copyText(context, target) })) {
    countCopy(mirror.counts, DROPPED);
  }
}
