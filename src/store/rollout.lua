-- rollout.lua: replaces the state of the roll-out, where nobody has replaced it since it was read.
--
-- KEYS[1] state (hash: version, state)   KEYS[2] history (list, newest first)
-- ARGV[1] version that was read, "" for none   ARGV[2] new version   ARGV[3] new state, as JSON   ARGV[4] event, as JSON
-- ARGV[5] events to keep
--
-- Returns 1, or 0 where it has changed.

local version = redis.call('HGET', KEYS[1], 'version') or ''
if version ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'state', ARGV[3])
redis.call('LPUSH', KEYS[2], ARGV[4])
redis.call('LTRIM', KEYS[2], 0, ARGV[5] - 1)
return 1
