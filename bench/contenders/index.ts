import { caddy } from "./caddy";
import type { ContenderFactory } from "./contender";
import { envoy } from "./envoy";
import { gatehouse } from "./gatehouse";
import { haproxy } from "./haproxy";
import { emptyLuaNginx, plainNginx } from "./nginx";
import { nginxByHand } from "./nginx-by-hand";
import { upstreamDirect } from "./upstream";

/** In the order of the table. */
export const CONTENDERS: readonly ContenderFactory[] = [
  upstreamDirect,
  plainNginx,
  emptyLuaNginx,
  gatehouse,
  nginxByHand,
  haproxy,
  envoy,
  caddy,
];

/** What the others are compared with. */
export const BASELINE = plainNginx.name;
export const OURS = gatehouse.name;
