-- lesson.lua: writes what was learned from one decision and takes it off the list, once.
--
-- KEYS[1] list (zset)   KEYS[2..] keys of the commands, in their order
-- ARGV[1] member   ARGV[2] its score: another one came in meanwhile where it differs   ARGV[3] number of commands, then for each:
-- number of words, command, argument ...
--
-- Returns 1, or 0 where somebody else has taken it.

local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
local at = 4
for i = 1, tonumber(ARGV[3]) do
  local words = tonumber(ARGV[at])
  local command = { ARGV[at + 1], KEYS[1 + i] }
  for j = 2, words do command[j + 1] = ARGV[at + j] end
  at = at + words + 1
  redis.call(unpack(command))
end
return 1
