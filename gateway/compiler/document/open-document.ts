import type {
  DocumentBody,
  DocumentContent,
  DocumentExample,
  DocumentParameter,
  DocumentPlace,
  DocumentResponse,
  OperationDocument,
} from "../../policies/document";
import { resolveReference } from "../../policies/config/resolve-reference";

type Members = Readonly<Record<string, unknown>>;

/** An OpenAPI document, from which operations are read when they are asked for. */
export interface OpenDocument {
  /** Undefined when the document has no such operation. */
  readonly operation: (method: string, path: string) => OperationDocument | undefined;
}

/** What HTTP says itself; OpenAPI has parameters of these names ignored. */
const OWN_FIELDS = new Set(["accept", "content-type", "authorization"]);
const PLACES = new Set(["path", "query", "header", "cookie"]);
const MOST_HOPS = 20;
const MOST_EXAMPLES = 50;

/**
 * Reads an OpenAPI 3.0 or 3.1 document that stands in one piece: references lead to places in it. What has the wrong type for its place counts as not
 * there, as it did when the document was imported.
 * @returns undefined for what is no such document
 */
export function openDocument(root: unknown): OpenDocument | undefined {
  const version = membersOf(root)?.openapi;
  if (typeof version !== "string" || !version.startsWith("3.")) {
    return undefined;
  }
  const isOpenApi30 = version.startsWith("3.0");
  const known = new Map<string, OperationDocument | undefined>();
  return {
    operation: (method, path) => {
      const key = `${method} ${path}`;
      if (!known.has(key)) {
        known.set(key, readOperation(root, method.toLowerCase(), path, isOpenApi30));
      }
      return known.get(key);
    },
  };
}

function readOperation(
  root: unknown,
  method: string,
  path: string,
  isOpenApi30: boolean,
): OperationDocument | undefined {
  const item = follow(root, own(membersOf(membersOf(root)?.paths), path), ["paths", path]);
  const operation = membersOf(own(item?.members, method));
  if (item === undefined || operation === undefined) {
    return undefined;
  }
  const place = [...item.place, method];
  const body = follow(root, operation.requestBody, [...place, "requestBody"]);
  return {
    root,
    isOpenApi30,
    parameters: readParameters(root, path, [
      { list: item.members.parameters, place: [...item.place, "parameters"] },
      { list: operation.parameters, place: [...place, "parameters"] },
    ]),
    body: body === undefined ? undefined : readBody(root, body),
    responses: readResponses(root, membersOf(operation.responses) ?? {}, [...place, "responses"]),
  };
}

/** Of two with the same name and place, the operation's counts. */
function readParameters(
  root: unknown,
  path: string,
  lists: readonly { readonly list: unknown; readonly place: DocumentPlace }[],
): DocumentParameter[] {
  const found = new Map<string, DocumentParameter>();
  for (const { list, place } of lists) {
    (Array.isArray(list) ? (list as unknown[]) : []).forEach((value, index) => {
      const parameter = follow(root, value, [...place, String(index)]);
      const read = parameter === undefined ? undefined : readParameter(root, parameter);
      if (read !== undefined && (read.in !== "path" || path.includes(`{${read.name}}`))) {
        found.set(`${read.in} ${read.in === "header" ? read.name.toLowerCase() : read.name}`, read);
      }
    });
  }
  return [...found.values()];
}

function readParameter(root: unknown, { members, place }: Followed): DocumentParameter | undefined {
  const { in: where, name, required, style, explode, allowEmptyValue, schema, content } = members;
  if (typeof name !== "string" || typeof where !== "string" || !PLACES.has(where)) {
    return undefined;
  }
  if (where === "header" && OWN_FIELDS.has(name.toLowerCase())) {
    return undefined;
  }
  const [only] = readContents(root, content, place);
  const usualStyle = where === "query" || where === "cookie" ? "form" : "simple";
  const chosen = typeof style === "string" ? style : usualStyle;
  return {
    in: where as DocumentParameter["in"],
    name,
    required: required === true,
    style: chosen,
    explode: typeof explode === "boolean" ? explode : chosen === "form",
    mayBeEmpty: allowEmptyValue === true,
    isJson: schema === undefined && only !== undefined && only.mediaType.endsWith("json"),
    schema: schema ?? (only?.mediaType.endsWith("json") === true ? only.schema : undefined) ?? {},
    place: schema === undefined && only !== undefined ? [...only.place, "schema"] : [...place, "schema"],
  };
}

function readBody(root: unknown, { members, place }: Followed): DocumentBody {
  return { required: members.required === true, contents: readContents(root, members.content, place) };
}

function readResponses(root: unknown, responses: Members, place: DocumentPlace): DocumentResponse[] {
  return Object.entries(responses).flatMap(([status, value]) => {
    const response = status.startsWith("x-") ? undefined : follow(root, value, [...place, status]);
    return response === undefined
      ? []
      : [{ status, contents: readContents(root, response.members.content, response.place) }];
  });
}

function readContents(root: unknown, content: unknown, place: DocumentPlace): DocumentContent[] {
  return Object.entries(membersOf(content) ?? {}).flatMap(([written, value]) => {
    const contentPlace = [...place, "content", written];
    const members = membersOf(value);
    const mediaType = (written.split(";")[0] ?? "").trim().toLowerCase();
    return members === undefined || mediaType === ""
      ? []
      : [
          {
            mediaType,
            schema: members.schema,
            encoding: readEncoding(members.encoding),
            examples: readExamples(root, members, contentPlace),
            place: contentPlace,
          },
        ];
  });
}

function readEncoding(encoding: unknown): DocumentContent["encoding"] {
  return Object.fromEntries(
    Object.entries(membersOf(encoding) ?? {}).map(([name, value]) => {
      const { style, explode, contentType } = membersOf(value) ?? {};
      return [
        name,
        {
          ...(typeof style === "string" && { style }),
          ...(typeof explode === "boolean" && { explode }),
          ...(typeof contentType === "string" && { contentType }),
        },
      ];
    }),
  );
}

function readExamples(root: unknown, members: Members, place: DocumentPlace): DocumentExample[] {
  if (Object.hasOwn(members, "example")) {
    return [{ name: "", value: members.example, place: [...place, "example"] }];
  }
  return Object.entries(membersOf(members.examples) ?? {})
    .slice(0, MOST_EXAMPLES)
    .flatMap(([name, value]) => {
      const example = follow(root, value, [...place, "examples", name]);
      // One that stands elsewhere (externalValue) is not fetched.
      return example === undefined || !Object.hasOwn(example.members, "value")
        ? []
        : [{ name, value: example.members.value, place: [...example.place, "value"] }];
    });
}

interface Followed {
  readonly members: Members;
  readonly place: DocumentPlace;
}

/** The object behind references inside the document. */
function follow(root: unknown, value: unknown, place: DocumentPlace): Followed | undefined {
  let current = { schema: value, place };
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const members = membersOf(current.schema);
    if (members === undefined || typeof members.$ref !== "string") {
      return members === undefined ? undefined : { members, place: current.place };
    }
    const found = resolveReference(root, members.$ref);
    if (typeof found === "string") {
      return undefined;
    }
    current = found;
  }
  return undefined;
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function own(members: Members | undefined, name: string): unknown {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}
