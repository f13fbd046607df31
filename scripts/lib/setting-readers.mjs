import { accessSync, constants } from "node:fs";
import path from "node:path";

/**
 * How the text of an environment variable becomes a value; undefined is a variable that is not set. Throws a string that ends the
 * sentence "NAME …".
 * @typedef {(text: string | undefined) => unknown} Reader
 */

/** @param {number | undefined} otherwise @returns {Reader} */
export function portOr(otherwise) {
  return integerOr(otherwise, 1, 65_535);
}

/**
 * @param {number | undefined} otherwise
 * @param {number} least
 * @param {number} most
 * @returns {Reader}
 */
export function integerOr(otherwise, least, most) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw `is "${text}": give a whole number from ${least} to ${most}`;
    }
    return number;
  };
}

/** @param {string} otherwise @returns {Reader} */
export function textOr(otherwise) {
  return (text) => text ?? otherwise;
}

/** @param {number} least @returns {Reader} */
export function optionalText(least) {
  return (text) => {
    if (text !== undefined && text.length < least) {
      throw `is too short: give at least ${least} characters`;
    }
    return text;
  };
}

/**
 * @param {readonly string[]} values
 * @param {string} otherwise
 * @returns {Reader}
 */
export function oneOf(values, otherwise) {
  return (text) => {
    if (text !== undefined && !values.includes(text)) {
      throw `is "${text}": give one of ${values.join(", ")}`;
    }
    return text ?? otherwise;
  };
}

/** @param {boolean | undefined} otherwise @returns {Reader} */
export function flagOr(otherwise) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    if (text !== "0" && text !== "1") {
      throw `is "${text}": give 0 or 1`;
    }
    return text === "1";
  };
}

/** @param {string} otherwise @returns {Reader} */
export function emailOr(otherwise) {
  return (text) => {
    if (text !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
      throw `is "${text}": give an e-mail address like name@example.com`;
    }
    return text ?? otherwise;
  };
}

/** @param {string | undefined} otherwise @returns {Reader} */
export function originOr(otherwise) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    const url = parseUrl(text);
    if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.pathname !== "/" || url.search !== "") {
      throw `is "${text}": give an address like https://portal.example.com, without a path`;
    }
    return url.origin;
  };
}

/** @param {string | undefined} text */
export function readableFile(text) {
  if (text === undefined) {
    return undefined;
  }
  if (!path.isAbsolute(text)) {
    throw `is "${text}": give an absolute path`;
  }
  try {
    accessSync(text, constants.R_OK);
  } catch (error) {
    throw `is "${text}", which cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  return text;
}

/** @param {string | undefined} text */
export function address(text) {
  if (text === undefined) {
    return undefined;
  }
  const url = parseUrl(text);
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    throw `is "${text}": give an address like https://portal.example.com`;
  }
  return url.href.replace(/\/+$/, "");
}

/** @param {string | undefined} text */
export function databaseUrl(text) {
  if (text !== undefined) {
    const url = parseUrl(text);
    if (url === undefined || !["postgres:", "postgresql:"].includes(url.protocol)) {
      throw "is not a Postgres address: give one like postgresql://user:password@host:5432/database";
    }
  }
  return text;
}

/** @param {string} text */
function parseUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
