import type { Arrival, Berth, Vessel } from "./store";

export const seedBerths: readonly Berth[] = [
  berth("N1", "North quay", 366, 15.5, true, "occupied"),
  berth("N2", "North quay", 366, 15.5, true, "free"),
  berth("N3", "North quay", 240, 13, false, "free"),
  berth("N4", "North quay", 240, 13, false, "maintenance"),
  berth("S1", "South quay", 300, 14, true, "occupied"),
  berth("S2", "South quay", 300, 14, true, "free"),
  berth("S3", "South quay", 180, 10.5, false, "free"),
  berth("O1", "Oil jetty", 280, 16, false, "occupied"),
  berth("O2", "Oil jetty", 280, 16, false, "free"),
  berth("F1", "Ferry terminal", 190, 8, true, "occupied"),
  berth("F2", "Ferry terminal", 190, 8, true, "free"),
  berth("C1", "Cruise pier", 330, 11, true, "free"),
];

export const seedVessels: readonly Vessel[] = [
  vessel("9811000", "Halcyon Trader", "container", "DK", 353, 14.2),
  vessel("9778791", "Meridian Star", "container", "PA", 300, 13.1),
  vessel("9502946", "Solent Bulker", "bulk", "LR", 229, 12.6),
  vessel("9667485", "Grain Pioneer", "bulk", "MH", 199, 11.4),
  vessel("9434761", "Aurora Spirit", "tanker", "BS", 274, 15.4),
  vessel("9364198", "Petrel", "tanker", "NO", 183, 10.9),
  vessel("9215490", "Isle of Lewis II", "ferry", "GB", 142, 5.8),
  vessel("9320568", "Skagerrak Link", "ferry", "NO", 171, 6.5),
  vessel("9477438", "Celestine", "cruise", "BM", 317, 8.6),
  vessel("9869198", "Pole Star", "cruise", "IT", 289, 8.1),
  vessel("9710842", "Bollard", "tug", "NL", 32, 5.2),
  vessel("9710854", "Fender", "tug", "NL", 32, 5.2),
];

/** Times lie around now, so that the board never looks abandoned. */
export function seedArrivals(now: Date): readonly Arrival[] {
  const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
  return [
    { id: "arr-0001", vessel: "9320568", berth: "F2", expectedAt: at(-30), state: "departed", departedAt: at(-6) },
    { id: "arr-0002", vessel: "9811000", berth: "N1", expectedAt: at(-12), state: "moored" },
    { id: "arr-0003", vessel: "9502946", berth: "S1", expectedAt: at(-9), state: "moored" },
    { id: "arr-0004", vessel: "9434761", berth: "O1", expectedAt: at(-4), state: "moored" },
    { id: "arr-0005", vessel: "9215490", berth: "F1", expectedAt: at(-1), state: "moored" },
    { id: "arr-0006", vessel: "9477438", berth: "C1", expectedAt: at(5), state: "announced" },
    { id: "arr-0007", vessel: "9778791", berth: "N2", expectedAt: at(8), state: "announced" },
    { id: "arr-0008", vessel: "9364198", berth: "O2", expectedAt: at(26), state: "announced" },
  ];
}

function berth(
  id: string,
  quay: string,
  lengthMetres: number,
  depthMetres: number,
  shorePower: boolean,
  state: Berth["state"],
): Berth {
  return { id, quay, lengthMetres, depthMetres, shorePower, state };
}

function vessel(
  imo: string,
  name: string,
  kind: Vessel["kind"],
  flag: string,
  lengthMetres: number,
  draughtMetres: number,
): Vessel {
  return { imo, name, kind, flag, lengthMetres, draughtMetres };
}
