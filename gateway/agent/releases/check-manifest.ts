import type { Manifest, SignedManifest } from "../../contract/bundle";
import { ManifestRefused, verifyManifest } from "../../compiler/sign";
import type { Identity } from "../control-plane/identity";
import { describeError } from "../log";
import { ReleaseRefused } from "./release-refused";

/**
 * Decides whether a manifest may be run at all: signature first, then form, then whether it is meant for this node.
 * @throws ReleaseRefused
 */
export function checkManifest(signed: SignedManifest, identity: Pick<Identity, "publicKey" | "environment">): Manifest {
  const manifest = verify(signed, identity.publicKey);
  if (manifest.environment !== identity.environment) {
    throw new ReleaseRefused(
      "manifest_wrong_environment",
      `the manifest is for environment "${manifest.environment}", this node belongs to "${identity.environment}"`,
    );
  }
  return manifest;
}

/** @param current number of the release that runs now; @throws ReleaseRefused */
export function checkSuccession(manifest: Manifest, asked: number, current: number | undefined): void {
  if (manifest.release !== asked) {
    throw new ReleaseRefused(
      "manifest_wrong_release",
      `asked for release ${asked}, the manifest is of release ${manifest.release}`,
    );
  }
  if (current !== undefined && manifest.release < current && !manifest.rollback) {
    throw new ReleaseRefused(
      "manifest_older",
      `release ${manifest.release} is older than release ${current} which runs, and its manifest is not a rollback`,
    );
  }
}

function verify(signed: SignedManifest, publicKeyPem: string): Manifest {
  try {
    return verifyManifest(signed, publicKeyPem);
  } catch (error) {
    if (error instanceof ManifestRefused) {
      throw new ReleaseRefused("manifest_refused", `the manifest was refused: ${error.message}`);
    }
    throw new ReleaseRefused("manifest_refused", `the manifest cannot be verified: ${describeError(error)}`);
  }
}
