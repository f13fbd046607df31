import type { Page } from "@/lib/api-schemas/common";
import type {
  ChangePassword,
  CreatedToken,
  CreateTeam,
  CreateToken,
  CreateUser,
  Me,
  Role,
  SignUp,
  Team,
  Token,
  UpdateUser,
  User,
} from "@/lib/api-schemas/people";
import { path, request, type RequestOptions } from "./request";

export const me = {
  /** 401 when nobody is signed in. */
  get: (options?: RequestOptions) => request<Me>("GET", "/me", options),
  signUp: (body: SignUp) => request<User>("POST", "/sign-up", { body }),
  update: (body: { name: string }) => request<Me>("PATCH", "/me", { body }),
  /** Ends every other session. */
  changePassword: (body: ChangePassword) => request<undefined>("POST", "/me/password", { body }),
  listTokens: (options?: RequestOptions) => request<Page<Token>>("GET", "/me/tokens", options),
  createToken: (body: CreateToken) => request<CreatedToken>("POST", "/me/tokens", { body }),
  removeToken: (id: string) => request<undefined>("DELETE", path`/me/tokens/${id}`),
};

export interface ListUsers {
  search?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const users = {
  list: (query: ListUsers = {}, options?: RequestOptions) =>
    request<Page<User>>("GET", "/users", { query: { ...query }, ...options }),
  get: (id: string, options?: RequestOptions) => request<User>("GET", path`/users/${id}`, options),
  create: (body: CreateUser) => request<User>("POST", "/users", { body }),
  update: (id: string, body: UpdateUser, etag?: string) => request<User>("PATCH", path`/users/${id}`, { body, etag }),
};

export const teams = {
  list: (options?: RequestOptions) => request<Page<Team>>("GET", "/teams", options),
  get: (team: string, options?: RequestOptions) => request<Team>("GET", path`/teams/${team}`, options),
  create: (body: CreateTeam) => request<Team>("POST", "/teams", { body }),
  update: (team: string, body: { name: string }, etag?: string) =>
    request<Team>("PATCH", path`/teams/${team}`, { body, etag }),
  remove: (team: string, etag?: string) => request<undefined>("DELETE", path`/teams/${team}`, { etag }),
  setMember: (team: string, user: string, roles: Role[]) =>
    request<Team>("PUT", path`/teams/${team}/members/${user}`, { body: { roles } }),
  removeMember: (team: string, user: string) => request<undefined>("DELETE", path`/teams/${team}/members/${user}`),
};
