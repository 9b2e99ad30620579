-- put-back.lua: ends a lease on a due action by setting the next instant, unless somebody has set another one meanwhile.
--
-- KEYS[1] due index (zset)   ARGV[1] id   ARGV[2] the instant it was leased until   ARGV[3] the next instant
--
-- Returns 1 where it was set.

if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '-1') ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], 'XX', ARGV[3], ARGV[1])
return 1
