-- transition.lua: the one write. Fence right? State right? Deadline right by TIME? Then state, patch, history, due index,
-- state index, outbox and facts, or nothing. It knows no state names: the lifecycle table stays the only source.
--
-- KEYS[1] record (hash)   KEYS[2] history (list)   KEYS[3] due index (zset)   KEYS[4] outbox (zset)
-- KEYS[5] clock offset in ms (development and tests only; absent in production)
-- KEYS[6] approvals counted for the guard (zset), or the record's key where there is no guard
-- KEYS[7] terms that the record will name (string), or the record's key where it names none
-- KEYS[8] mark (hash: seq, hold, lifted; see mark.lua)   KEYS[9..] keys of the fact commands, in their order
--
-- ARGV, "" where absent; positional rather than JSON because this script is the hottest of the product:
--   1 id   2 write (id of this write: a re-sent command answers as the first did)
--   3 states it may leave as ",a,b,", or "" to create   4 state it leads to
--   fences: 5 version   6 arm   7 token   8 revision   9 deadline ("before": now < deadlineAt; "after": now >= deadlineAt)
--   10 bound ("1": decision and payload must have one digest)   11 guard since   12 guard count
--   13 due in ms   14 due at   15 deadline in ms   16 deadline at (of both the earlier)   17 ended ("1": nothing is due any more)
--   18 keep ms (retention once ended)   19 prefix of the state indexes   20 channel to publish on   21 clock offset honoured ("1")
--   22 text of the terms, for those that are not there yet
--   23 highest sequence number that the caller has seen   24 gate ("route", "start", "checked": runs something, or lets it run)
--   25 number of set pairs, then field, text ...
--   next: number of stamped pairs, then field, JSON object without its opening brace ... ("at" is put first)
--   next: number of dropped fields, then field ...
--   next: number of steps, then JSON object without its opening brace ...
--   next: number of outbox entries, then entry without version ...
--   next: number of fact commands, then for each: number of words, command, argument ... ("@now" stands for the time)
--
-- Returns {1, version, now, seq} or {0, why, state, version, decision, edit, deadlineAt, revision, now, seq};
--   why: exists | missing | state | version | arm | token | revision | too_late | too_early | unbound | guard | held | check | terms

local A = ARGV
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if A[21] == '1' then now = now + tonumber(redis.call('GET', KEYS[5]) or '0') end
local function ms(number) return string.format('%.0f', number) end
local nowText = ms(now)

local record = redis.call('HMGET', KEYS[1], 'state', 'version', 'write', 'deadlineAt', 'revision', 'armId', 'token', 'payloadDigest', 'decisionDigest', 'chain')
local state, version, deadlineAt, revision = record[1], tonumber(record[2] or '0'), tonumber(record[4] or ''), record[5] or '1'

local function sequence() return tonumber(redis.call('HGET', KEYS[8], 'seq') or '0') end

local function refuse(why)
  local decided = redis.call('HMGET', KEYS[1], 'decision', 'edit')
  return { 0, why, state or '', version, decided[1] or '', decided[2] or '', deadlineAt and ms(deadlineAt) or '', tonumber(revision), nowText, sequence() }
end

-- A reply lost on the way makes the client send the same write again: it has already happened, so it answers yes.
if record[3] == A[2] then return { 1, version, nowText, sequence() } end
if A[3] == '' then
  if state then return refuse('exists') end
else
  if not state then return refuse('missing') end
  if A[8] ~= '' and A[8] ~= revision then return refuse('revision') end
  if not string.find(A[3], ',' .. state .. ',', 1, true) then return refuse('state') end
  if A[6] ~= '' and A[6] ~= record[6] then return refuse('arm') end
  if A[7] ~= '' and A[7] ~= record[7] then return refuse('token') end
  if deadlineAt then
    if A[9] == 'before' and now >= deadlineAt then return refuse('too_late') end
    if A[9] == 'after' and now < deadlineAt then return refuse('too_early') end
  end
  if A[5] ~= '' and A[5] ~= record[2] then return refuse('version') end
  if A[10] == '1' and not (record[8] and record[8] == record[9]) then return refuse('unbound') end
end
if A[11] ~= '' then
  local own = tonumber(redis.call('ZSCORE', KEYS[6], A[1]) or '-1')
  local others = redis.call('ZCOUNT', KEYS[6], A[11], '+inf')
  if own >= tonumber(A[11]) then others = others - 1 end
  if others ~= tonumber(A[12]) then return refuse('guard') end
end

-- A Redis that has gone back in time has forgotten what ran: nothing is let run before a person has looked (INVARIANT I2).
if A[24] ~= '' then
  local mark = redis.call('HMGET', KEYS[8], 'seq', 'hold', 'lifted')
  if mark[2] or tonumber(mark[1] or '0') < tonumber(A[23]) then return refuse('held') end
  if A[24] == 'start' and mark[3] and now < tonumber(mark[3]) then return refuse('check') end
end

-- What a record names must be there for as long as the record: looked at in the same write, since a restart may have lost it.
if KEYS[7] ~= KEYS[1] then
  if A[22] ~= '' then redis.call('SET', KEYS[7], A[22])
  elseif redis.call('EXISTS', KEYS[7]) == 0 then return refuse('terms') end
end

local at = 25
local function count()
  local number = tonumber(A[at])
  at = at + 1
  return number
end

-- The first write grows memory: where Redis is full it fails here, before anything has changed.
local fields = { 'state', A[4], 'write', A[2], A[3] == '' and 'createdAt' or 'updatedAt', nowText }
local size = 6
local function put(field, text)
  fields[size + 1] = field
  fields[size + 2] = text
  size = size + 2
end
for _ = 1, count() do
  put(A[at], A[at + 1])
  at = at + 2
end
for _ = 1, count() do
  put(A[at], '{"at":' .. nowText .. ',' .. A[at + 1])
  at = at + 2
end
local function instant(relative, absolute)
  local one, other = tonumber(relative), tonumber(absolute)
  if one and other then return math.min(now + one, other) end
  if one then return now + one end
  return other
end
local deadline = instant(A[15], A[16])
local due = instant(A[13], A[14])
if deadline then put('deadlineAt', ms(deadline)) end
if due and deadline and due > deadline then due = deadline end
if due then put('dueAt', ms(due)) end
local dropped = count()
local drop = at
at = at + dropped
local steps = count()
local newVersion = version + steps
put('version', newVersion)
-- Each entry is hashed together with all before it: what is changed or left out later does not lead to the record's hash.
local entries, chain = {}, record[10] or ''
for i = 1, steps do
  local promised = deadline and i == steps and '"deadlineAt":' .. ms(deadline) .. ',' or ''
  entries[i] = '{"at":' .. nowText .. ',"version":' .. (version + i) .. ',' .. promised .. A[at + i - 1]
  chain = redis.sha1hex(chain .. entries[i])
end
at = at + steps
put('chain', chain)
redis.call('HSET', KEYS[1], unpack(fields))
if dropped > 0 and state then redis.call('HDEL', KEYS[1], unpack(A, drop, drop + dropped - 1)) end
redis.call('RPUSH', KEYS[2], unpack(entries))

if due then redis.call('ZADD', KEYS[3], ms(due), A[1])
elseif A[17] == '1' then redis.call('ZREM', KEYS[3], A[1]) end
if state ~= A[4] then
  if state then redis.call('ZREM', A[19] .. state, A[1]) end
  redis.call('ZADD', A[19] .. A[4], nowText, A[1])
end
for _ = 1, count() do
  redis.call('ZADD', KEYS[4], nowText, A[at] .. '/' .. newVersion)
  at = at + 1
end
for i = 1, count() do
  local words = count()
  local command = { A[at], KEYS[8 + i] }
  for j = 2, words do
    local word = A[at + j - 1]
    command[j + 1] = word == '@now' and nowText or word
  end
  at = at + words
  redis.call(unpack(command))
end
if A[18] ~= '' then
  redis.call('PEXPIRE', KEYS[1], A[18])
  redis.call('PEXPIRE', KEYS[2], A[18])
end
redis.call('PUBLISH', A[20], A[1] .. '/' .. A[4] .. '/' .. newVersion)
return { 1, newVersion, nowText, redis.call('HINCRBY', KEYS[8], 'seq', 1) }
