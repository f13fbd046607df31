import pino from "pino";

/** One JSON line per event on standard output. Secrets never go in: log ids and prefixes. */
export const log = pino({
  name: "gatehouse",
  serializers: { error: pino.stdSerializers.err },
});
