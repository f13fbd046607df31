import { apis } from "@/lib/api-client";
import type { DocumentInput } from "@/lib/api-schemas";
import type { NewApiValues } from "./new-api-values";

/**
 * Creates the API and its first version, or only the version of one that is there. When the version is refused, an API made a moment ago
 * is taken back: the form can be sent again with another slug, and no API without a version is left behind.
 * @throws ApiProblem
 */
export async function createApiWithVersion(
  values: NewApiValues,
  document: DocumentInput,
  isExisting: boolean,
): Promise<void> {
  const { slug, name, description, visibility, version, basePath, upstream } = values;
  if (!isExisting) {
    await apis.create({
      slug,
      name,
      visibility,
      ...(description === undefined || description === "" ? {} : { description }),
    });
  }
  try {
    await apis.createVersion(slug, { version, basePath, upstream, ...document });
  } catch (error) {
    if (!isExisting) {
      // What the person has to read is why the version was refused, not that the clearing up failed too.
      await apis.remove(slug).catch(() => undefined);
    }
    throw error;
  }
}
