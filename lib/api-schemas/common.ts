import { z } from "zod";

/** Part of an address: lower-case letters, digits and single dashes. */
export const slugSchema = z
  .string()
  .min(1, "Give it at least one character.")
  .max(60, "Keep it to 60 characters.")
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Use lower-case letters, digits and single dashes between them.");

export const nameSchema = z
  .string()
  .trim()
  .min(1, "Give it at least one character.")
  .max(100, "Keep it to 100 characters.");
export const descriptionSchema = z.string().max(10_000, "Keep it to 10,000 characters.");
export const noteSchema = z.string().trim().max(1000, "Keep it to 1,000 characters.");

/** For a rule that looks at several fields: it is asked also when some are wrong by themselves, and then gets them as they came. */
export const alsoBesideProblems = {
  when: ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null,
};

/** The same for a rule that looks at several items of a list. */
export const alsoBesideProblemsOfItems = {
  when: ({ value }: { readonly value: unknown }) => Array.isArray(value),
};

/** Years that JavaScript and Postgres write alike, whatever the zone. */
const LATEST_MS = Date.UTC(9999, 0, 1);

/** ISO 8601 with zone; answers are always UTC with milliseconds. */
export const timeSchema = z.iso
  .datetime({ offset: true, message: "Give a time like 2026-11-23T10:00:00Z." })
  // Of what is no time at all, the format has said so.
  .refine((text) => !(Date.parse(text) < 0 || Date.parse(text) >= LATEST_MS), "Give a time between 1970 and 9998.");

export const visibilities = ["public", "internal", "private"] as const;
export const visibilitySchema = z
  .enum(visibilities)
  .describe("public: anybody; internal: whoever is signed in; private: the owning team.");

/** Goes back as If-Match to change only what was seen. The ETag header carries the same. */
export const etagSchema = z
  .string()
  .describe('Send it back as If-Match: a change made meanwhile is answered with 412. Example: "3".');

export const actorReferenceSchema = z.object({ id: z.string(), name: z.string() });
export const teamReferenceSchema = z.object({ slug: z.string(), name: z.string() }).meta({ id: "TeamReference" });

export const problemItemSchema = z
  .object({
    code: z.string().describe("Stable, for programs."),
    message: z.string().describe("For people: what is wrong and what to do."),
    place: z
      .string()
      .describe('Where: a JSON pointer into the body ("/limits/0/quota"), "query:from", or the path of a resource.'),
    line: z.number().int().optional().describe("Line of the document, from 1."),
    column: z.number().int().optional(),
  })
  .meta({ id: "ProblemItem" });

/** RFC 9457, with every problem at once. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    problems: z.array(problemItemSchema),
  })
  .meta({ id: "Problem" });

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("Items per page."),
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before."),
});

/** A page of a list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe("Null on the last page."),
  });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export type ProblemItem = z.infer<typeof problemItemSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Visibility = (typeof visibilities)[number];
export type TeamReference = z.infer<typeof teamReferenceSchema>;
