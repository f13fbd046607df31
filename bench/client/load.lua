-- A client for HTTP/1.1 over loopback that costs little and hides nothing. Linux, LuaJIT.
--
--   luajit load.lua PORT SECONDS CONNECTIONS RATE ROUTES ROUTES_PER_API KEYS KEYS_FILE LATENCIES_FILE
--
-- RATE 0 is a closed loop: every connection sends its next request when it has its answer. That finds the most a server can do; its
-- latencies would say nothing, so none are kept. Any other RATE is an open loop: requests per second at random (exponential) distances, the
-- same ones in every run, whatever the server does. Latency is counted from the moment a request was due, not from when a connection was
-- free to send it: a server that stalls for a second is charged for all the requests that second should have seen (what is missed
-- otherwise is called coordinated omission).
--
-- Routes and keys are drawn at random, the same ones in every run. KEYS_FILE holds keys of equal length, one a line. LATENCIES_FILE gets
-- one 32-bit unsigned integer per answer: tenths of microseconds. The last line printed is
--   RESULT answers microseconds wrong-statuses broken-connections unanswered mean-lateness-in-microseconds
-- where lateness is how long after its time a request was sent although a connection was free: the client's own fault.
local ffi = require("ffi")
local C = ffi.C

ffi.cdef([[
struct timespec { long seconds; long nanoseconds; };
struct __attribute__((packed)) epoll_event { uint32_t events; uint64_t data; };
struct sockaddr_in { uint16_t family; uint16_t port; uint32_t address; uint8_t zero[8]; };
int clock_gettime(int clock, struct timespec *time);
int socket(int domain, int type, int protocol);
int connect(int descriptor, const struct sockaddr_in *address, unsigned length);
int setsockopt(int descriptor, int level, int name, const void *value, unsigned length);
int fcntl(int descriptor, int command, ...);
int close(int descriptor);
int epoll_create1(int flags);
int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event);
int epoll_pwait2(int epoll, struct epoll_event *events, int most, const struct timespec *timeout, const void *mask);
int prctl(int option, unsigned long value, unsigned long a, unsigned long b, unsigned long c);
ssize_t send(int descriptor, const void *bytes, size_t length, int flags);
ssize_t recv(int descriptor, void *bytes, size_t length, int flags);
char *strstr(const char *text, const char *wanted);
char *strcasestr(const char *text, const char *wanted);
long strtol(const char *text, char **end, int base);
uint16_t htons(uint16_t number);
]])

local port, seconds, connections, rate = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4])
local routes, routesPerApi, keyCount = tonumber(arg[5]), tonumber(arg[6]), tonumber(arg[7])
local keysFile, latenciesFile = arg[8], arg[9]

local BUFFER_BYTES = 65536
local DRAIN_SECONDS = 3
local MSG_NOSIGNAL, EAGAIN = 0x4000, 11

local function readKeys()
  local file = assert(io.open(keysFile, "rb"))
  local text = file:read("*a")
  file:close()
  return text, assert(text:find("\n", 1, true)) - 1
end

local keys, keyBytes = readKeys()
local keyBase = ffi.cast("const char *", keys)

local clock = ffi.new("struct timespec")
local function now()
  C.clock_gettime(1, clock)
  return tonumber(clock.seconds) + tonumber(clock.nanoseconds) * 1e-9
end

-- Two streams of random numbers (Park and Miller's minimal standard), so that what is asked for does not depend on when.
local choice, moment = 20210901, 19690720
local function choose(count)
  choice = choice * 16807 % 2147483647
  return choice % count
end
local function nextGap()
  moment = moment * 16807 % 2147483647
  return -math.log(moment / 2147483647) / rate
end

local request = ffi.new("char[512]")
local closing = string.format("\r\nHost: 127.0.0.1:%d\r\nX-API-Key: ", port)
local resourceNames = {}
for index = 0, math.min(routes, routesPerApi) - 1 do
  resourceNames[index] = "/v1/resources" .. index .. "/"
end
local apiNames = {}
for index = 0, math.floor((routes - 1) / routesPerApi) do
  apiNames[index] = "GET /api" .. index
end

local function append(at, text)
  ffi.copy(request + at, text, #text)
  return at + #text
end

local function writeRequest()
  local route = choose(routes)
  local key = choose(keyCount)
  local at = append(0, apiNames[math.floor(route / routesPerApi)])
  at = append(at, resourceNames[route % routesPerApi])
  -- A parameter of four digits.
  local number = 1000 + key % 9000
  request[at] = 48 + math.floor(number / 1000)
  request[at + 1] = 48 + math.floor(number / 100) % 10
  request[at + 2] = 48 + math.floor(number / 10) % 10
  request[at + 3] = 48 + number % 10
  at = append(at + 4, " HTTP/1.1")
  at = append(at, closing)
  ffi.copy(request + at, keyBase + key * (keyBytes + 1), keyBytes)
  return append(at + keyBytes, "\r\n\r\n")
end

local epoll = C.epoll_create1(0)
local address = ffi.new("struct sockaddr_in", { family = 2, port = C.htons(port), address = 0x0100007f })
local yes = ffi.new("int[1]", 1)
local descriptors, buffers, filled, due = {}, {}, {}, {}
local idle, idleCount = {}, 0

local function open(index)
  local descriptor = C.socket(2, 1, 0)
  if C.connect(descriptor, address, ffi.sizeof(address)) ~= 0 then
    error("cannot connect to port " .. port .. ": error " .. ffi.errno())
  end
  C.setsockopt(descriptor, 6, 1, yes, 4) -- TCP_NODELAY
  C.fcntl(descriptor, 4, ffi.cast("int", 0x800)) -- O_NONBLOCK
  descriptors[index] = descriptor
  filled[index] = 0
  C.epoll_ctl(epoll, 1, descriptor, ffi.new("struct epoll_event", { events = 1, data = index }))
end

local most = rate > 0 and math.ceil(rate * seconds * 1.5) + 1000 or 0
local latencies = ffi.new("uint32_t[?]", most)
local answers, wrongStatuses, broken, inFlight = 0, 0, 0, 0
local sent, lateness = 0, 0

local function send(index, dueAt)
  local length = writeRequest()
  due[index] = dueAt
  inFlight = inFlight + 1
  sent = sent + 1
  if C.send(descriptors[index], request, length, MSG_NOSIGNAL) ~= length then
    broken = broken + 1
    inFlight = inFlight - 1
    C.close(descriptors[index])
    open(index)
    return false
  end
  return true
end

-- Returns whether a whole answer is there. What is answered well has a length; what is not may come in chunks.
local function isComplete(index)
  local text = ffi.cast("char *", buffers[index])
  local size = filled[index]
  text[size] = 0
  local head = C.strstr(text, "\r\n\r\n")
  if head == nil then
    return false
  end
  local field = C.strcasestr(text, "\r\ncontent-length:")
  if field == nil or field > head then
    if C.strcasestr(text, "\r\ntransfer-encoding: chunked") ~= nil then
      return size >= 5 and ffi.string(text + size - 5, 5) == "0\r\n\r\n"
    end
    error("an answer without Content-Length: " .. ffi.string(text, size))
  end
  return size >= (head - text) + 4 + tonumber(C.strtol(field + 17, nil, 10))
end

-- Reads what has come. Returns true when the connection is free again.
local function receive(index)
  local buffer = buffers[index]
  local count = tonumber(C.recv(descriptors[index], buffer + filled[index], BUFFER_BYTES - 1 - filled[index], 0))
  if count <= 0 then
    if count < 0 and ffi.errno() == EAGAIN then
      return false
    end
    if due[index] == nil then
      -- The server has closed an idle connection, as it may.
      C.close(descriptors[index])
      open(index)
      return false
    end
    broken = broken + 1
    inFlight = inFlight - 1
    due[index] = nil
    C.close(descriptors[index])
    open(index)
    return true
  end
  filled[index] = filled[index] + count
  if not isComplete(index) then
    return false
  end
  -- "HTTP/1.1 200"
  if buffer[9] ~= 50 or buffer[10] ~= 48 or buffer[11] ~= 48 then
    wrongStatuses = wrongStatuses + 1
  end
  filled[index] = 0
  inFlight = inFlight - 1
  if rate > 0 and answers < most then
    latencies[answers] = math.min(math.max(0, now() - due[index]) * 1e7, 4294967295)
  end
  due[index] = nil
  answers = answers + 1
  return true
end

local EVENTS = 256
local events = ffi.new("struct epoll_event[?]", EVENTS)
local timeout = ffi.new("struct timespec")
local function wait(upTo)
  local whole = math.floor(upTo)
  timeout.seconds = whole
  timeout.nanoseconds = (upTo - whole) * 1e9
  return C.epoll_pwait2(epoll, events, EVENTS, timeout, nil)
end

local function runClosed(start)
  local finish = start + seconds
  for index = 1, connections do
    send(index, start)
  end
  local time = start
  while time < finish do
    local count = wait(1)
    time = now()
    for at = 0, count - 1 do
      local index = tonumber(events[at].data)
      if receive(index) then
        while not send(index, time) do
        end
      end
    end
  end
  return time - start
end

local function runOpen(start)
  local finish = start + seconds
  local nextDue = start + nextGap()
  local wasWaiting = false
  for index = connections, 1, -1 do
    idleCount = idleCount + 1
    idle[idleCount] = index
  end
  while true do
    local time = now()
    while nextDue <= time and nextDue < finish and idleCount > 0 do
      if not wasWaiting then
        lateness = lateness + time - nextDue
      end
      if send(idle[idleCount], nextDue) then
        idleCount = idleCount - 1
      end
      nextDue = nextDue + nextGap()
    end
    wasWaiting = idleCount == 0
    if (nextDue >= finish and inFlight == 0) or time > finish + DRAIN_SECONDS then
      return time - start, nextDue < finish and math.ceil((finish - nextDue) * rate) or 0
    end
    local count = wait((nextDue < finish and idleCount > 0) and math.max(0, nextDue - now()) or 0.1)
    for at = 0, count - 1 do
      local index = tonumber(events[at].data)
      if receive(index) then
        idleCount = idleCount + 1
        idle[idleCount] = index
      end
    end
  end
end

C.prctl(29, 1, 0, 0, 0) -- PR_SET_TIMERSLACK: wake up when asked to, not up to 50 µs later
collectgarbage("setpause", 400)
for index = 1, connections do
  buffers[index] = ffi.new("uint8_t[?]", BUFFER_BYTES)
  open(index)
end
local start = now()
local elapsed
local unsent = 0
if rate > 0 then
  elapsed, unsent = runOpen(start)
else
  elapsed = runClosed(start)
end
if rate > 0 then
  local file = assert(io.open(latenciesFile, "wb"))
  file:write(ffi.string(latencies, math.min(answers, most) * 4))
  file:close()
end
local unanswered = rate > 0 and inFlight + unsent or 0
print(string.format("RESULT %d %d %d %d %d %.1f", answers, elapsed * 1e6, wrongStatuses, broken, unanswered,
  sent > 0 and lateness / sent * 1e6 or 0))
