"use client";

import { useCallback, useEffect, useRef } from "react";
import SwaggerUI from "swagger-ui-react";
import "swagger-ui-react/swagger-ui.css";
import "./swagger-reference.css";
import { KEY_SCHEME } from "./prepare-document";

/** The part of swagger-ui's system that we use. */
interface SwaggerSystem {
  readonly preauthorizeApiKey: (scheme: string, key: string) => unknown;
  readonly authActions: { readonly logout: (schemes: readonly string[]) => unknown };
}

export interface SwaggerReferenceProps {
  /** From prepareDocument: the gateway as server, the key as security. */
  document: Record<string, unknown>;
  /** Sent by "Try it out"; null for none. */
  apiKey: string | null;
  /** Parameters of the Accept field's media type that every call carries: "version=2". A document cannot tell of them. */
  acceptParameters: readonly string[];
}

/** Above so many operations the sections start closed, so that the page opens at once. */
const LARGE_DOCUMENT = 60;

/** swagger-ui in the portal's colours. Load it with `dynamic` and without server rendering. */
export function SwaggerReference({ document, apiKey, acceptParameters }: SwaggerReferenceProps) {
  const container = useRef<HTMLDivElement>(null);
  const system = useRef<SwaggerSystem>(null);
  const sentKey = useRef<string>(null);
  const latestKey = useRef(apiKey);

  const authorise = useCallback(() => {
    const wanted = latestKey.current;
    if (system.current === null || wanted === sentKey.current) {
      return;
    }
    // swagger-ui fails when it is told to forget what it was never given.
    if (sentKey.current !== null) {
      system.current.authActions.logout([KEY_SCHEME]);
    }
    if (wanted !== null) {
      system.current.preauthorizeApiKey(KEY_SCHEME, wanted);
    }
    sentKey.current = wanted;
  }, []);

  useEffect(() => {
    latestKey.current = apiKey;
    authorise();
  }, [apiKey, authorise]);

  const onComplete = useCallback(
    (ready: SwaggerSystem) => {
      system.current = ready;
      // swagger-ui brings a <main> of its own; a page has one.
      const second = container.current?.querySelector("main");
      second?.setAttribute("role", "presentation");
      // What can be focused keeps its role whatever the attribute says.
      second?.removeAttribute("tabindex");
      sentKey.current = null;
      authorise();
    },
    [authorise],
  );

  const prepareRequest = useCallback(
    (request: Record<string, unknown>) => {
      const headers = (request.headers ?? {}) as Record<string, string>;
      const accept = [headers.accept ?? "application/json", ...acceptParameters].join(";");
      // Without the first the credentials of the portal's own origin would travel along when the gateway shares its host.
      return {
        ...request,
        credentials: "omit",
        ...(acceptParameters.length > 0 && { headers: { ...headers, accept } }),
      };
    },
    [acceptParameters],
  );

  return (
    <div ref={container} className="gatehouse-reference">
      <SwaggerUI
        spec={document}
        onComplete={onComplete}
        plugins={PLUGINS}
        deepLinking
        displayRequestDuration
        defaultModelsExpandDepth={-1}
        docExpansion={countOperations(document) > LARGE_DOCUMENT ? "none" : "list"}
        requestInterceptor={prepareRequest}
      />
    </div>
  );
}

/** The page around already says what these parts would say. */
function hideOwnFurniture() {
  const nothing = () => null;
  return {
    components: {
      InfoContainer: nothing,
      ServersContainer: nothing,
      AuthorizeBtnContainer: nothing,
      authorizeOperationBtn: nothing,
    },
  };
}

/** A link to each operation stands inside of the button that opens it, which no screen reader can tell apart; opening sets the address too. */
function flattenLinks() {
  return { components: { DeepLink: LinkText } };
}

function LinkText({ text }: { text: string }) {
  return <span>{text}</span>;
}

const PLUGINS = [hideOwnFurniture, flattenLinks];

function countOperations(document: Record<string, unknown>): number {
  const paths = document.paths;
  if (typeof paths !== "object" || paths === null) {
    return 0;
  }
  return Object.values(paths as Record<string, unknown>).reduce<number>(
    (count, item) => count + (typeof item === "object" && item !== null ? Object.keys(item).length : 0),
    0,
  );
}
