import * as ffi from "ffi";

// Everything the workers call in C, declared once: libc, libcrypto (which nginx links) and the lua module's own entry points.
ffi.cdef(`
typedef long gatehouse_time;
typedef struct { gatehouse_time seconds; long nanoseconds; } gatehouse_timespec;
int clock_gettime(int clock, gatehouse_timespec *result);

int open(const char *path, int flags, int mode);
int close(int file);
int ftruncate(int file, long bytes);
long lseek(int file, long offset, int whence);
void *mmap(void *address, size_t bytes, int protection, int flags, int file, long offset);
int munmap(void *address, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);
char *strerror(int error);
int getpid(void);
int setenv(const char *name, const char *value, int overwrite);

typedef struct { long words[5]; } gatehouse_mutex;
typedef struct { long words[1]; } gatehouse_mutex_attributes;
int pthread_mutexattr_init(gatehouse_mutex_attributes *attributes);
int pthread_mutexattr_setpshared(gatehouse_mutex_attributes *attributes, int shared);
int pthread_mutexattr_setrobust(gatehouse_mutex_attributes *attributes, int robust);
int pthread_mutex_init(gatehouse_mutex *mutex, const gatehouse_mutex_attributes *attributes);
int pthread_mutex_lock(gatehouse_mutex *mutex);
int pthread_mutex_unlock(gatehouse_mutex *mutex);
int pthread_mutex_consistent(gatehouse_mutex *mutex);

unsigned char *SHA256(const unsigned char *data, size_t bytes, unsigned char *digest);
`);

interface CLibrary {
  clock_gettime: (this: void, clock: number, result: Timespec) => number;
  open: (this: void, path: string, flags: number, mode: number) => number;
  close: (this: void, file: number) => number;
  ftruncate: (this: void, file: number, bytes: number) => number;
  lseek: (this: void, file: number, offset: number, whence: number) => CData;
  mmap: (
    this: void,
    address: undefined,
    bytes: number,
    protection: number,
    flags: number,
    file: number,
    offset: number,
  ) => CData;
  munmap: (this: void, address: CData, bytes: number) => number;
  memcmp: (this: void, left: unknown, right: unknown, bytes: number) => number;
  strerror: (this: void, error: number) => CData;
  getpid: (this: void) => number;
  setenv: (this: void, name: string, value: string, overwrite: number) => number;
  pthread_mutexattr_init: (this: void, attributes: CData) => number;
  pthread_mutexattr_setpshared: (this: void, attributes: CData, shared: number) => number;
  pthread_mutexattr_setrobust: (this: void, attributes: CData, robust: number) => number;
  pthread_mutex_init: (this: void, mutex: CData, attributes: CData) => number;
  pthread_mutex_lock: (this: void, mutex: CData) => number;
  pthread_mutex_unlock: (this: void, mutex: CData) => number;
  pthread_mutex_consistent: (this: void, mutex: CData) => number;
  SHA256: (this: void, data: string, bytes: number, digest: CData) => CData;
}

export interface Timespec {
  /** 64-bit integers: turn into numbers with tonumber. */
  readonly seconds: CData;
  readonly nanoseconds: CData;
}

export const C = ffi.C as CLibrary;
