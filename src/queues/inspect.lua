-- inspect.lua: names the records of a queue that no worker could ever finish: not JSON, too large, named without existing, or
-- given up by BullMQ. It takes nothing out: the caller keeps them first.
--
-- KEYS[1] ids: the list of those that wait or run, or the set of those that stand behind them, or that failed
-- ARGV[4] "1": everything named is bad, whatever it holds (given up by BullMQ)
-- ARGV[1] prefix of the job hashes   ARGV[2] how many ids to look at, from the end that is served next   ARGV[3] largest data, bytes
--
-- Returns {id, reason, raw, ...}; reason: ghost | data | opts | size | failed, and for the caller to decide by JavaScript's parser,
--   data? | opts?. A record that is too large is cut to 4,096 bytes.

-- An instance of its own: BullMQ's scripts share the other one, and need its laxness no less than we need strictness.
local json = cjson.new()
json.decode_invalid_numbers(false)

local set = redis.call('TYPE', KEYS[1]).ok == 'zset'
local ids = set and redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1) or redis.call('LRANGE', KEYS[1], -ARGV[2], -1)
local found = {}
local function tell(id, reason, raw)
  found[#found + 1] = id
  found[#found + 1] = reason
  found[#found + 1] = raw
end
for _, id in ipairs(ids) do
  local key = ARGV[1] .. id
  -- Markers of BullMQ begin with "0:"; they are no jobs.
  if string.sub(id, 1, 2) == '0:' then
  elseif redis.call('EXISTS', key) == 0 then
    tell(id, 'ghost', '')
  elseif redis.call('TYPE', key).ok ~= 'hash' then
    tell(id, 'data', '')
  elseif redis.call('HSTRLEN', key, 'data') > tonumber(ARGV[3]) then
    tell(id, 'size', string.sub(redis.call('HGET', key, 'data'), 1, 4096))
  elseif ARGV[4] == '1' then
    tell(id, 'failed', redis.call('HGET', key, 'data') or '')
  else
    local record = redis.call('HMGET', key, 'data', 'opts', 'stc')
    local data, opts = record[1], record[2]
    if not data or not pcall(json.decode, data) then tell(id, 'data', data or '')
    elseif opts and not pcall(json.decode, opts) then tell(id, 'opts', opts)
    elseif record[3] or string.find(data, '%c') or string.find(data, '%d%.[^%d]') or string.find(data, '%-%.') then
      -- Lua reads what JavaScript refuses (`1.`, `-.5`, a line break in a string): such a record stalls, and for ever.
      tell(id, 'data?', data)
      tell(id, 'opts?', opts or '{}')
    end
  end
end
return found
