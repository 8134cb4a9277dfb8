-- Puts a session in place of the version before it.
-- KEYS: 1 the session
-- ARGV: 1 the session, 2 its version, 3 when it was created (ms), 4 how long it is kept (ms), 5 the channel of the session
-- Result: 1 won, 0 lost to another version, -1 where this session has ended
local found = redis.call('HMGET', KEYS[1], 'version', 'born')
if found[2] ~= ARGV[3] then
  return -1
end
if tonumber(found[1]) ~= tonumber(ARGV[2]) - 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'session', ARGV[1], 'version', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], 'V' .. ARGV[1])
return 1
