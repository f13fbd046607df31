import type { PolicyCase } from "../case";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
/** What the fake host draws. */
const DRAWN = "0af7651916cd43dd8448eb211c80319c";
const DRAWN_SPAN = "8448eb211c80319c";
const traceparent = `00-${TRACE}-${SPAN}-01`;
const begun = `traceparent: 00-${DRAWN}-${DRAWN_SPAN}-01`;

export const cases: readonly PolicyCase[] = [
  {
    name: "begins a trace where there is none",
    steps: [{ expect: { decision: "pass", id: "request-1", requestFields: begun } }],
  },
  {
    name: "takes over a request id that can stand in a log, and no other",
    steps: [
      { scene: { variables: { http_x_request_id: "order-7:a/b" } }, expect: { decision: "pass", id: "order-7:a/b" } },
      { scene: { variables: { http_x_request_id: "a b" } }, expect: { decision: "pass", id: "request-1" } },
      { scene: { variables: { http_x_request_id: "x".repeat(129) } }, expect: { decision: "pass", id: "request-1" } },
      { scene: { variables: { http_x_request_id: "" } }, expect: { decision: "pass", id: "request-1" } },
    ],
  },
  {
    name: "leaves a trace context as it came, in its own form",
    steps: [
      {
        scene: { variables: { http_traceparent: traceparent, http_tracestate: "a=1" } },
        expect: { decision: "pass", requestFields: "" },
      },
      {
        scene: { variables: { http_traceparent: `cc-${TRACE}-${SPAN}-00-later` } },
        expect: { decision: "pass", requestFields: "" },
      },
    ],
  },
  {
    name: "begins anew where the context is malformed, and drops it with all that belongs to it",
    steps: [
      `00-${TRACE}-${SPAN}-01-more`,
      `ff-${TRACE}-${SPAN}-01`,
      `00-${TRACE.toUpperCase()}-${SPAN}-01`,
      `00-${"0".repeat(32)}-${SPAN}-01`,
      `00-${TRACE}-${"0".repeat(16)}-01`,
      `00-${TRACE}-${SPAN}`,
      "nonsense",
    ].map((sent) => ({
      scene: { variables: { http_traceparent: sent, http_tracestate: "a=1" } },
      expect: { decision: "pass" as const, requestFields: `traceparent:; tracestate:; ${begun}` },
    })),
  },
  {
    name: "reads B3 in one field or in several, and says it in the forms that the upstream wants",
    config: { formats: ["w3c", "b3", "b3-multi"] },
    steps: [
      {
        scene: { variables: { http_b3: `${TRACE}-${SPAN}-0` } },
        expect: {
          decision: "pass",
          requestFields: `traceparent: 00-${TRACE}-${SPAN}-00; X-B3-TraceId: ${TRACE}; X-B3-SpanId: ${SPAN}; X-B3-Sampled: 0`,
        },
      },
      {
        scene: { variables: { http_x_b3_traceid: TRACE.slice(16), http_x_b3_spanid: SPAN, http_x_b3_flags: "1" } },
        expect: {
          decision: "pass",
          requestFields: `traceparent: 00-${"0".repeat(16)}${TRACE.slice(16)}-${SPAN}-01; b3: ${"0".repeat(16)}${TRACE.slice(16)}-${SPAN}-1`,
        },
      },
      {
        scene: { variables: { http_b3: `${TRACE}-${SPAN}` } },
        expect: {
          decision: "pass",
          requestFields: `traceparent: 00-${TRACE}-${SPAN}-00; X-B3-TraceId: ${TRACE}; X-B3-SpanId: ${SPAN}`,
        },
      },
    ],
  },
  {
    name: "takes nothing from clients that are not trusted",
    config: { acceptFrom: "trusted", trustedClients: ["10.0.0.0/8"] },
    scene: { variables: { remote_addr: "10.1.2.3", http_x_request_id: "mine", http_traceparent: traceparent } },
    steps: [
      { expect: { decision: "pass", id: "mine", requestFields: "" } },
      {
        scene: { variables: { remote_addr: "192.0.2.1", http_x_request_id: "mine", http_traceparent: traceparent } },
        expect: { decision: "pass", id: "request-1", requestFields: `traceparent:; ${begun}` },
      },
    ],
  },
  {
    name: "leaves new traces unrecorded where it is told to, and sends nothing in no form",
    config: { acceptFrom: "nobody", sampleNew: false },
    steps: [{ expect: { decision: "pass", requestFields: begun.replace(/01$/, "00") } }],
  },
];
