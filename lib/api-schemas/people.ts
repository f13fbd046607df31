import { z } from "zod";
import { etagSchema, nameSchema, slugSchema, timeSchema } from "./common";

export const roles = ["admin", "owner", "consumer", "ops"] as const;
export const roleSchema = z
  .enum(roles)
  .describe(
    "admin: everything; owner: publishes APIs of the team; consumer: owns applications of the team; ops: reads everything operational.",
  );

export const emailSchema = z
  .email("Give an address like name@example.com.")
  .max(254)
  .transform((email) => email.toLowerCase());

export const passwordSchema = z.string().min(10, "Use at least 10 characters.").max(200, "Keep it to 200 characters.");

export const signUpSchema = z
  .strictObject({ name: nameSchema, email: emailSchema, password: passwordSchema })
  .meta({ id: "SignUp" });

export const membershipSchema = z
  .object({ team: z.string(), teamName: z.string(), personal: z.boolean(), roles: z.array(roleSchema) })
  .meta({ id: "Membership" });

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    memberships: z.array(membershipSchema),
    disabled: z.boolean(),
    lastSignInAt: timeSchema.nullable(),
    createdAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "User" });

export const meSchema = userSchema
  .extend({
    roles: z.array(roleSchema).describe("All roles, of whichever team."),
    can: z.object({
      admin: z.boolean(),
      manageApis: z.boolean().describe("Owns APIs of some team."),
      manageApplications: z.boolean(),
      readOperations: z.boolean().describe("Sees usage, gateways and releases of everybody."),
      publish: z.boolean(),
    }),
  })
  .meta({ id: "Me" });

export const updateMeSchema = z.strictObject({ name: nameSchema }).meta({ id: "UpdateMe" });
export const changePasswordSchema = z
  .strictObject({ currentPassword: z.string().max(200), newPassword: passwordSchema })
  .meta({ id: "ChangePassword" });

export const createUserSchema = z
  .strictObject({
    name: nameSchema,
    email: emailSchema,
    password: passwordSchema,
    team: slugSchema.optional().describe("Team to join with `roles`; without it only a personal team."),
    roles: z.array(roleSchema).min(1).optional(),
  })
  .meta({ id: "CreateUser" });

export const updateUserSchema = z
  .strictObject({ name: nameSchema.optional(), disabled: z.boolean().optional() })
  .meta({ id: "UpdateUser" });

export const createTeamSchema = z.strictObject({ slug: slugSchema, name: nameSchema }).meta({ id: "CreateTeam" });
export const updateTeamSchema = z.strictObject({ name: nameSchema }).meta({ id: "UpdateTeam" });

export const teamSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    personal: z.boolean(),
    demo: z.boolean(),
    members: z.array(z.object({ id: z.string(), name: z.string(), email: z.string(), roles: z.array(roleSchema) })),
    apis: z.number().int(),
    products: z.number().int(),
    applications: z.number().int(),
    createdAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Team" });

export const setMemberSchema = z
  .strictObject({ roles: z.array(roleSchema).min(1, "Give at least one role, or remove the member.") })
  .meta({ id: "SetMember" });

export const createTokenSchema = z
  .strictObject({ name: nameSchema, expiresAt: timeSchema.nullable().optional() })
  .meta({ id: "CreateToken" });

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    expiresAt: timeSchema.nullable(),
    lastUsedAt: timeSchema.nullable(),
    createdAt: timeSchema,
  })
  .meta({ id: "PersonalAccessToken" });

export const createdTokenSchema = tokenSchema
  .extend({ token: z.string().describe("The token itself: shown this once, stored only as a hash.") })
  .meta({ id: "CreatedPersonalAccessToken" });

export type Role = (typeof roles)[number];
export type SignUp = z.infer<typeof signUpSchema>;
export type Membership = z.infer<typeof membershipSchema>;
export type User = z.infer<typeof userSchema>;
export type Me = z.infer<typeof meSchema>;
export type CreateUser = z.infer<typeof createUserSchema>;
export type UpdateUser = z.infer<typeof updateUserSchema>;
export type ChangePassword = z.infer<typeof changePasswordSchema>;
export type CreateTeam = z.infer<typeof createTeamSchema>;
export type Team = z.infer<typeof teamSchema>;
export type CreateToken = z.infer<typeof createTokenSchema>;
export type Token = z.infer<typeof tokenSchema>;
export type CreatedToken = z.infer<typeof createdTokenSchema>;
