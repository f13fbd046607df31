import { announceArrival, departVessel, getArrival, listArrivals } from "./arrivals";
import { getBerth, listBerths, updateBerth } from "./berths";
import type { Call, Reply } from "./call";
import { getTides } from "./tides";
import { deleteVessel, getVessel, listVessels, registerVessel, updateVessel } from "./vessels";

export interface Operation {
  /** As in openapi.yaml; a test holds both lists equal. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** What it usually takes. */
  readonly latencyMs: number;
  readonly run: (call: Call) => Reply;
}

export const operations: readonly Operation[] = [
  { id: "listBerths", method: "GET", path: "/berths", latencyMs: 8, run: listBerths },
  { id: "getBerth", method: "GET", path: "/berths/{berthId}", latencyMs: 4, run: getBerth },
  { id: "updateBerth", method: "PATCH", path: "/berths/{berthId}", latencyMs: 12, run: updateBerth },
  { id: "listVessels", method: "GET", path: "/vessels", latencyMs: 14, run: listVessels },
  { id: "registerVessel", method: "POST", path: "/vessels", latencyMs: 22, run: registerVessel },
  { id: "getVessel", method: "GET", path: "/vessels/{imo}", latencyMs: 5, run: getVessel },
  { id: "updateVessel", method: "PATCH", path: "/vessels/{imo}", latencyMs: 15, run: updateVessel },
  { id: "deleteVessel", method: "DELETE", path: "/vessels/{imo}", latencyMs: 10, run: deleteVessel },
  { id: "listArrivals", method: "GET", path: "/arrivals", latencyMs: 18, run: listArrivals },
  { id: "announceArrival", method: "POST", path: "/arrivals", latencyMs: 30, run: announceArrival },
  { id: "getArrival", method: "GET", path: "/arrivals/{arrivalId}", latencyMs: 6, run: getArrival },
  { id: "departVessel", method: "POST", path: "/arrivals/{arrivalId}/departure", latencyMs: 25, run: departVessel },
  { id: "getTides", method: "GET", path: "/tides", latencyMs: 45, run: getTides },
];
