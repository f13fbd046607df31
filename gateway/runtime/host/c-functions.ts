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
size_t strcspn(const char *text, const char *reject);
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
int pthread_mutex_trylock(gatehouse_mutex *mutex);
int pthread_mutex_unlock(gatehouse_mutex *mutex);
int pthread_mutex_consistent(gatehouse_mutex *mutex);

int SHA256_Init(void *state);
int SHA256_Update(void *state, const void *data, size_t bytes);
int SHA256_Final(unsigned char *digest, void *state);
const void *EVP_sha256(void);
unsigned char *HMAC(const void *algorithm, const char *key, int keyBytes, const char *data, size_t bytes, unsigned char *digest, unsigned int *digestBytes);
int CRYPTO_memcmp(const void *left, const void *right, size_t bytes);
const void *EVP_sha384(void);
const void *EVP_sha512(void);
int EVP_DecodeBlock(unsigned char *bytes, const unsigned char *text, int textBytes);
typedef struct gatehouse_public_key gatehouse_public_key;
gatehouse_public_key *d2i_PUBKEY(void *existing, const unsigned char **data, long bytes);
void EVP_PKEY_free(gatehouse_public_key *key);
int EVP_PKEY_get_base_id(const gatehouse_public_key *key);
typedef struct gatehouse_digest_context gatehouse_digest_context;
gatehouse_digest_context *EVP_MD_CTX_new(void);
int EVP_MD_CTX_reset(gatehouse_digest_context *context);
int EVP_DigestVerifyInit(gatehouse_digest_context *context, void **keyContext, const void *digest, void *engine, gatehouse_public_key *key);
int EVP_DigestVerify(gatehouse_digest_context *context, const char *signature, size_t signatureBytes, const char *text, size_t bytes);
int EVP_PKEY_CTX_set_rsa_padding(void *keyContext, int padding);
int EVP_PKEY_CTX_set_rsa_pss_saltlen(void *keyContext, int bytes);
void ERR_clear_error(void);
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
  strcspn: (this: void, text: string, reject: string) => CData;
  memcmp: (this: void, left: unknown, right: unknown, bytes: number) => number;
  strerror: (this: void, error: number) => CData;
  getpid: (this: void) => number;
  setenv: (this: void, name: string, value: string, overwrite: number) => number;
  pthread_mutexattr_init: (this: void, attributes: CData) => number;
  pthread_mutexattr_setpshared: (this: void, attributes: CData, shared: number) => number;
  pthread_mutexattr_setrobust: (this: void, attributes: CData, robust: number) => number;
  pthread_mutex_init: (this: void, mutex: CData, attributes: CData) => number;
  pthread_mutex_lock: (this: void, mutex: CData) => number;
  pthread_mutex_trylock: (this: void, mutex: CData) => number;
  pthread_mutex_unlock: (this: void, mutex: CData) => number;
  pthread_mutex_consistent: (this: void, mutex: CData) => number;
  SHA256_Init: (this: void, state: CData) => number;
  SHA256_Update: (this: void, state: CData, data: string, bytes: number) => number;
  SHA256_Final: (this: void, digest: CData, state: CData) => number;
  EVP_sha256: (this: void) => CData;
  HMAC: (
    this: void,
    algorithm: CData,
    key: string,
    keyBytes: number,
    data: string,
    bytes: number,
    digest: CData,
    digestBytes: undefined,
  ) => CData;
  EVP_sha384: (this: void) => CData;
  EVP_sha512: (this: void) => CData;
  /** Of standard base64 with padding; the bytes that the padding stands for come out as zero. */
  EVP_DecodeBlock: (this: void, bytes: CData, text: string, textBytes: number) => number;
  d2i_PUBKEY: (this: void, existing: undefined, data: CArray<CData>, bytes: number) => CData;
  EVP_PKEY_get_base_id: (this: void, key: CData) => number;
  EVP_PKEY_free: CData;
  EVP_MD_CTX_new: (this: void) => CData;
  EVP_MD_CTX_reset: (this: void, context: CData) => number;
  EVP_DigestVerifyInit: (
    this: void,
    context: CData,
    keyContext: CArray<CData>,
    digest: CData | undefined,
    engine: undefined,
    key: CData,
  ) => number;
  EVP_DigestVerify: (
    this: void,
    context: CData,
    signature: string,
    signatureBytes: number,
    text: string,
    bytes: number,
  ) => number;
  EVP_PKEY_CTX_set_rsa_padding: (this: void, keyContext: CData | undefined, padding: number) => number;
  EVP_PKEY_CTX_set_rsa_pss_saltlen: (this: void, keyContext: CData | undefined, bytes: number) => number;
  ERR_clear_error: (this: void) => void;
  /** Like memcmp, in a time that depends on nothing but the length. */
  CRYPTO_memcmp: (this: void, left: CData, right: string, bytes: number) => number;
}

export interface Timespec {
  /** 64-bit integers: turn into numbers with tonumber. */
  readonly seconds: CData;
  readonly nanoseconds: CData;
}

export const C = ffi.C as CLibrary;
