-- Publishes what a node says of the listeners of a session, and prolongs the lease of it. What comes late, after what
-- was said later, is not kept; what is said of a session that is not there is passed on and not kept.
-- KEYS: 1 the shares of the session, by node, 2 the session
-- ARGV: 1 the node, 2 the sequence, 3 the share, 4 the lease (ms), 5 the channel of the session
-- Result: 1 kept, 0 not
redis.call('PUBLISH', ARGV[5], 'S' .. ARGV[1] .. ARGV[3])
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
local before = redis.call('HGET', KEYS[1], ARGV[1])
if before and tonumber(string.match(before, '^%d+')) > tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
