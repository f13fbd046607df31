import * as ffi from "ffi";

// nginx links it: with its names among the global ones, the worker's own code finds them here too.
ffi.load("libcrypto.so.3", true);
