import * as ffi from "ffi";

// The library that nginx's lua module links.
ffi.cdef(`
void *pcre_compile(const char *pattern, int options, const char **message, int *offset, const unsigned char *tables);
int pcre_exec(const void *code, const void *extra, const char *subject, int length, int start, int options, int *vector, int size);
`);

interface Pcre {
  readonly pcre_compile: (
    this: void,
    pattern: string,
    options: number,
    message: CData,
    offset: CData,
    tables: undefined,
  ) => CData | undefined;
  readonly pcre_exec: (
    this: void,
    code: CData,
    extra: undefined,
    subject: string,
    length: number,
    start: number,
    options: number,
    vector: undefined,
    size: number,
  ) => number;
}

const UTF8 = 0x800;
const library = ffi.load("libpcre.so.3") as Pcre;
const message = ffi.new("const char *[1]");
const offset = ffi.new("int[1]");

/** As ngx.re.find does with the option "u", which there is none of outside nginx. */
export function matchesPattern(this: void, text: string, pattern: string): boolean {
  const code = library.pcre_compile(pattern, UTF8, message, offset, undefined);
  if (code === undefined) {
    return error(`PCRE does not compile ${pattern}`);
  }
  return library.pcre_exec(code, undefined, text, text.length, 0, 0, undefined, 0) >= 0;
}
