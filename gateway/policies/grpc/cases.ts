import type { CaseStep, PolicyCase } from "../case";

export const cases: readonly PolicyCase[] = [
  {
    name: "sends calls by the way of gRPC, whatever the format of their messages",
    steps: ["application/grpc", "application/grpc+proto", "application/grpc; charset=utf-8"].map((content_type) => ({
      scene: { variables: { content_type } },
      request: { method: "POST" },
      expect: { decision: "pass", transport: "@grpc" },
    })),
  },
  {
    name: "refuses what is no gRPC",
    steps: ["application/json", "application/grpc-web", "application/grpc-web+proto", undefined].map(
      (content_type): CaseStep => ({
        scene: { variables: content_type === undefined ? {} : { content_type } },
        expect: {
          decision: { kind: "refuse", code: "media_type_unsupported", detail: "This operation is called with gRPC." },
          transport: "",
        },
      }),
    ),
  },
];
