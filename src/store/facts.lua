-- facts.lua: everything policy needs to know of the past, and the reservation of this action in every window that policy
-- bounds, in one step: of 100 parallel actions each sees the sum with all that came before it.
--
-- KEYS[1] agent's reviewed answers (list, newest first: "1" rejected, "0" not)   KEYS[2] user's approvals (zset by time)
-- KEYS[3] user's confidences (zset by time, "id=confidence")   KEYS[4] repeats ("id of the first", string)
-- KEYS[5] refusals in this conversation (counter)   KEYS[6] reservation of this action (string)   KEYS[7] clock offset
-- KEYS[8] record of the action, which knows its reservation once it is written   KEYS[9] state of the roll-out (hash)
-- KEYS[10..] one hash of time slices per window
--
-- ARGV, "" where absent; positional rather than JSON because every action comes by here:
--   1 id   2 mark (id and revision)   3 clock offset honoured ("1")   4 confidence   5 "1" where KEYS[2,3] are real
--   6 how long KEYS[4] is remembered, in ms, where it is real   7 "1" where KEYS[5] is real   8 revision
--   9 longest window in ms   then for each window: amount, its length and that of a slice, in ms
--
-- Returns {now, rejections in a row, approvals of others in 24 h, confidences, repeat of, refusals, {count, sum, ...},
--   the instant of the reservation or "", the version of the roll-out or ""}

local hour, day, mostConfidences = 3600000, 86400000, 100
local id = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == '1' then now = now + tonumber(redis.call('GET', KEYS[7]) or '0') end
local function ms(number) return string.format('%.0f', number) end
local nowText = ms(now)

local rejections = 0
for _, answer in ipairs(redis.call('LRANGE', KEYS[1], 0, 9)) do
  if answer ~= '1' then break end
  rejections = rejections + 1
end

local approvals, confidences = 0, {}
if ARGV[5] == '1' then
  approvals = redis.call('ZCOUNT', KEYS[2], ms(now - day), '+inf')
  if approvals > 0 and tonumber(redis.call('ZSCORE', KEYS[2], id) or '-1') >= now - day then approvals = approvals - 1 end
  local since = ms(now - hour)
  if redis.call('ZADD', KEYS[3], 'NX', nowText, ARGV[2] .. '=' .. ARGV[4]) == 1 then
    redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. since)
    redis.call('PEXPIRE', KEYS[3], hour)
  end
  local members = redis.call('ZRANGEBYSCORE', KEYS[3], since, '+inf')
  local excess = #members - mostConfidences
  if excess > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - mostConfidences) end
  for i = math.max(0, excess) + 1, #members do
    confidences[#confidences + 1] = string.match(members[i], '=(.*)$')
  end
end

local repeatOf = ''
if ARGV[6] ~= '' and not redis.call('SET', KEYS[4], id, 'PX', ARGV[6], 'NX') then
  local first = redis.call('GET', KEYS[4])
  if first ~= id then repeatOf = first end
end

local refusals = 0
if ARGV[7] == '1' then refusals = tonumber(redis.call('GET', KEYS[5]) or '0') end

-- A window is a ring of slices, each with a count and a sum; the oldest slice counts whole, so the window is never too short.
local sums, reservedAt = {}, ''
if ARGV[9] ~= '' then
  reservedAt = nowText
  local fresh = redis.call('SET', KEYS[6], nowText, 'PX', ARGV[9], 'NX')
  if fresh then
    -- A proposal that comes again when its record is written reserves nothing; nor does one that was edited since.
    local record = redis.call('HMGET', KEYS[8], 'revision', 'reservedAt')
    local revision, asked = tonumber(record[1] or '1'), tonumber(ARGV[8])
    if revision > asked or (revision == asked and record[2]) then
      redis.call('DEL', KEYS[6])
      fresh, reservedAt = false, revision == asked and record[2] or ''
    end
  else
    reservedAt = redis.call('GET', KEYS[6])
  end
  for i = 1, #KEYS - 9 do
    local key, at = KEYS[9 + i], 7 + 3 * i
    local window, slice = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local oldest = math.floor((now - window) / slice)
    local own = fresh and ms(math.floor(now / slice))
    local count, sum, ownCount, ownSum, stale = 0, 0, nil, 0, {}
    local all = redis.call('HGETALL', key)
    for j = 1, #all, 2 do
      local name, value = string.sub(all[j], 2), tonumber(all[j + 1])
      local counts = string.byte(all[j]) == 110
      if name == own then
        if counts then ownCount = value else ownSum = value end
      elseif tonumber(name) < oldest then stale[#stale + 1] = all[j]
      elseif counts then count = count + value
      else sum = sum + value end
    end
    if fresh then
      -- A slice's first entry keeps the ring until the whole slice has left the window.
      local begun = ownCount
      ownCount, ownSum = (ownCount or 0) + 1, ownSum + tonumber(ARGV[at])
      redis.call('HSET', key, 'n' .. own, ms(ownCount), 's' .. own, ms(ownSum))
      if not begun then redis.call('PEXPIRE', key, ms(window + slice)) end
    end
    if #stale > 0 then redis.call('HDEL', key, unpack(stale)) end
    sums[#sums + 1] = ms(count + (ownCount or 0))
    sums[#sums + 1] = ms(sum + ownSum)
  end
end

return { nowText, rejections, approvals, confidences, repeatOf, refusals, sums, reservedAt, redis.call('HGET', KEYS[9], 'version') or '' }
