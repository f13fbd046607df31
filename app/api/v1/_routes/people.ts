import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  changePasswordSchema,
  createdTokenSchema,
  createTeamSchema,
  createTokenSchema,
  createUserSchema,
  meSchema,
  pageQuerySchema,
  pageSchema,
  setMemberSchema,
  signUpSchema,
  teamSchema,
  tokenSchema,
  updateMeSchema,
  updateTeamSchema,
  updateUserSchema,
  userSchema,
} from "@/lib/api-schemas";
import { readExpiry } from "@/lib/expiry";
import { defineRoute } from "@/lib/http/define-route";
import { checkNewUser, checkSignUp, createUser, signUp } from "@/lib/people/create-user";
import { changePassword, checkCurrentPassword, getMe, updateMe } from "@/lib/people/manage-me";
import { createToken, listTokens, removeToken } from "@/lib/people/manage-tokens";
import { getUser, listUsers, updateUser } from "@/lib/people/manage-users";
import {
  checkNewTeam,
  createTeam,
  getTeam,
  listTeams,
  removeMember,
  removeTeam,
  setMember,
  updateTeam,
} from "@/lib/teams/manage-teams";

export function addPeopleRoutes(app: OpenAPIHono): void {
  addMeRoutes(app);
  const tag = "People";
  const query = pageQuerySchema.extend({ search: z.string().max(200).optional() });
  defineRoute(
    app,
    { method: "get", path: "/users", tag, summary: "List people", query, answer: pageSchema(userSchema) },
    (context, input) => listUsers(context, input.query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/users",
      tag,
      summary: "Create a person",
      body: createUserSchema,
      status: 201,
      answer: userSchema,
      check: (context, { body }) => checkNewUser(context, body),
    },
    (context, { body }) => createUser(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/users/{id}", tag, summary: "Get a person", answer: userSchema },
    (context, { parameters }) => getUser(context, parameters.id),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/users/{id}",
      tag,
      summary: "Rename, disable or enable a person",
      body: updateUserSchema,
      answer: userSchema,
    },
    (context, { parameters, body, ifMatch }) => updateUser(context, parameters.id, body, ifMatch),
  );
  addTeamRoutes(app);
}

function addMeRoutes(app: OpenAPIHono): void {
  const tag = "Me";
  defineRoute(
    app,
    {
      method: "post",
      path: "/sign-up",
      tag,
      summary: "Sign up",
      access: "anyone",
      body: signUpSchema,
      status: 201,
      answer: userSchema,
      check: (context, { body }) => checkSignUp(context, body),
    },
    (context, { body }) => signUp(context, body),
  );
  defineRoute(app, { method: "get", path: "/me", tag, summary: "Who am I", answer: meSchema }, (context) =>
    getMe(context),
  );
  defineRoute(
    app,
    { method: "patch", path: "/me", tag, summary: "Change my name", body: updateMeSchema, answer: meSchema },
    (context, { body }) => updateMe(context, body),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/me/password",
      tag,
      summary: "Change my password; ends every session",
      body: changePasswordSchema,
      status: 204,
      check: async (context, { body }) => {
        if (body.currentPassword !== undefined) {
          await checkCurrentPassword(context, body.currentPassword);
        }
      },
    },
    (context, { body }) => changePassword(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/me/tokens", tag, summary: "List my access tokens", answer: pageSchema(tokenSchema) },
    (context) => listTokens(context),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/me/tokens",
      tag,
      summary: "Make an access token",
      body: createTokenSchema,
      status: 201,
      answer: createdTokenSchema,
      check: (_context, { body }) => Promise.resolve(readExpiry(body.expiresAt)),
    },
    (context, { body }) => createToken(context, body),
  );
  defineRoute(
    app,
    { method: "delete", path: "/me/tokens/{id}", tag, summary: "Remove an access token", status: 204 },
    (context, { parameters }) => removeToken(context, parameters.id),
  );
}

function addTeamRoutes(app: OpenAPIHono): void {
  const tag = "Teams";
  defineRoute(
    app,
    { method: "get", path: "/teams", tag, summary: "List teams", answer: pageSchema(teamSchema) },
    (context) => listTeams(context),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/teams",
      tag,
      summary: "Create a team",
      body: createTeamSchema,
      status: 201,
      answer: teamSchema,
      check: (context, { body }) => checkNewTeam(context, body),
    },
    (context, { body }) => createTeam(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/teams/{team}", tag, summary: "Get a team", answer: teamSchema },
    (context, { parameters }) => getTeam(context, parameters.team),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/teams/{team}",
      tag,
      summary: "Rename a team",
      body: updateTeamSchema,
      answer: teamSchema,
    },
    (context, { parameters, body, ifMatch }) => updateTeam(context, parameters.team, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/teams/{team}", tag, summary: "Remove a team", status: 204 },
    (context, { parameters, ifMatch }) => removeTeam(context, parameters.team, ifMatch),
  );
  defineRoute(
    app,
    {
      method: "put",
      path: "/teams/{team}/members/{user}",
      tag,
      summary: "Set a member's roles",
      body: setMemberSchema,
      answer: teamSchema,
    },
    (context, { parameters, body }) => setMember(context, parameters.team, parameters.user, body.roles),
  );
  defineRoute(
    app,
    { method: "delete", path: "/teams/{team}/members/{user}", tag, summary: "Remove a member", status: 204 },
    (context, { parameters }) => removeMember(context, parameters.team, parameters.user),
  );
}
