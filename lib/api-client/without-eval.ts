import { z } from "zod";

// Zod tries whether it may make functions of texts, which is faster. A page of ours may not (proxy.ts), and each try is a violation that
// browsers report.
if (typeof window !== "undefined") {
  z.config({ jitless: true });
}
