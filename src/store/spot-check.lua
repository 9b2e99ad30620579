-- spot-check.lua: records what a person says about something that ran by itself. The first answer stands.
--
-- KEYS[1] check (hash)   KEYS[2] open checks (zset)   KEYS[3] what is to be learned from (zset)
-- ARGV[1] action   ARGV[2] the answer, as JSON   ARGV[3] the instant, in ms
--
-- Returns "recorded" | "again" | "missing".

if redis.call('EXISTS', KEYS[1]) == 0 then return 'missing' end
if redis.call('HSETNX', KEYS[1], 'answer', ARGV[2]) == 0 then return 'again' end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[3], 'checked/' .. ARGV[1])
return 'recorded'
