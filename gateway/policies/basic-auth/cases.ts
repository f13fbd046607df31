import { CREDENTIAL_ACTIVE, CREDENTIAL_REVOKED } from "../../contract/shared-memory";
import type { PolicyCase } from "../case";

const KEY = "gh_live_000000000000000000000000000000002LB0ao";
const credential = { id: 5, application: 3, state: CREDENTIAL_ACTIVE, expiresAt: 0, subscriptions: [] };
const revoked = { ...credential, state: CREDENTIAL_REVOKED };
const basic = (pair: string) => ({ http_authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
const scene = { credentials: [{ key: KEY, credential }] };
const challenge = 'Basic realm="gatehouse", charset="UTF-8"';
const alone = { basePath: "", operation: undefined, authentication: { isLast: true, challenge } };

export const cases: readonly PolicyCase[] = [
  {
    name: "takes the password for the key, whoever the user, and keeps both from the upstream",
    scene,
    steps: [
      {
        scene: { variables: basic(`anybody:${KEY}`) },
        expect: { decision: "pass", credential: 5, requestFields: "Authorization:" },
      },
      { scene: { variables: basic(`:${KEY}`) }, expect: { decision: "pass", credential: 5 } },
      {
        scene: { variables: { http_authorization: basic(`x:${KEY}`).http_authorization.replace("Basic", "BASIC") } },
        expect: { decision: "pass", credential: 5 },
      },
    ],
  },
  {
    name: "asks for Basic where it is the only way in",
    planScope: alone,
    scene,
    steps: [
      { expect: { decision: { kind: "refuse", code: "basic_missing", challenge } } },
      {
        scene: { variables: { http_authorization: "Bearer x" } },
        expect: { decision: { kind: "refuse", code: "basic_missing", challenge }, requestFields: "" },
      },
    ],
  },
  {
    name: "leaves a request without it to the next authenticator, but not one with a wrong password",
    planScope: { ...alone, authentication: { isLast: false, challenge } },
    scene,
    steps: [
      { expect: { decision: "pass", credential: 0 } },
      {
        scene: { variables: basic("x:secret") },
        expect: { decision: { kind: "refuse", code: "key_malformed", challenge } },
      },
    ],
  },
  {
    name: "asks nothing of a request that another authenticator knows, and still keeps the password from the upstream",
    planScope: alone,
    scene,
    steps: [
      {
        scene: { variables: basic("x:y") },
        request: { credential },
        expect: { decision: "pass", credential: 5, requestFields: "Authorization:" },
      },
    ],
  },
  {
    name: "tells what is not Basic from what is wrong",
    scene,
    steps: [
      {
        scene: { variables: { http_authorization: "Basic ???" } },
        expect: { decision: { kind: "refuse", code: "basic_malformed" } },
      },
      { scene: { variables: basic("no colon") }, expect: { decision: { kind: "refuse", code: "basic_malformed" } } },
    ],
  },
  {
    name: "holds the user name against the application where it must",
    config: { user: "application" },
    scene,
    steps: [
      { scene: { variables: basic(`3:${KEY}`) }, expect: { decision: "pass", credential: 5 } },
      {
        scene: { variables: basic(`4:${KEY}`) },
        expect: { decision: { kind: "refuse", code: "basic_user_mismatch" }, credential: 5 },
      },
    ],
  },
  {
    name: "refuses a revoked key",
    scene: { credentials: [{ key: KEY, credential: revoked }], variables: basic(`x:${KEY}`) },
    steps: [{ expect: { decision: { kind: "refuse", code: "key_revoked" }, credential: 5 } }],
  },
];
